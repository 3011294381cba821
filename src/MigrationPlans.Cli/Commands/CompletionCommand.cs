using System.CommandLine;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan completion SHELL</c></summary>
internal static class CompletionCommand
{
    public static Command Create(CommandHost host)
    {
        var shell = new Argument<string>("shell") { Description = "The shell to print it for." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Print a script that lets a shell complete migplan's verbs and options.") { shell };
        command.SetAction((parsed, _) => RunAsync(host, parsed.GetValue(shell)!));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, string shell)
    {
        using var stream = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion/migplan.{shell}")
            ?? throw new InvalidOperationException($"there is no script for {shell}");
        using var reader = new StreamReader(stream);
        await host.Out.WriteAsync(await reader.ReadToEndAsync());
        return ExitCode.Done;
    }
}
