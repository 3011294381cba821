using System.CommandLine;
using System.Reflection;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan version</c></summary>
internal static class VersionCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("version", "Print the version of migplan.");
        command.SetAction((_, _) => RunAsync(host));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host)
    {
        var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        await host.Out.WriteLineAsync($"migplan {version.Split('+')[0]}");
        return ExitCode.Done;
    }
}
