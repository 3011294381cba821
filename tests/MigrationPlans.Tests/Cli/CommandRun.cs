using MigrationPlans.Cli;

namespace MigrationPlans.Tests.Cli;

/// <summary>Runs one command line in this process and keeps what it printed.</summary>
internal sealed record CommandRun(int ExitCode, string Out, string Error)
{
    public static async Task<CommandRun> Of(string directory, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost
        {
            In = TextReader.Null,
            Out = output,
            Error = error,
            WorkingDirectory = directory,
            ReadVariable = name => name == "EXTERNAL_ID" ? "ext-1" : null,
        };
        var code = await Program.RunAsync(arguments, host);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
