using System.CommandLine;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan init</c></summary>
internal static class InitCommand
{
    private const string DefaultName = "manifest.yaml";

    public static Command Create(CommandHost host)
    {
        var kind = new Option<string>("--kind") { Description = "What is to be done.", DefaultValueFactory = _ => "consolidate" };
        kind.AcceptOnlyFromAmong([.. StarterManifest.Kinds]);
        var output = new Option<string>("--output", "-o")
        {
            Description = "The file to write; `-` is standard output.",
            HelpName = "FILE",
            DefaultValueFactory = _ => DefaultName,
        };
        var force = new Option<bool>("--force") { Description = "Overwrite the file." };
        var command = new Command("init", "Write a commented manifest to start from.") { kind, output, force };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(host, parsed.GetValue(kind)!, parsed.GetValue(output)!, parsed.GetValue(force), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, string kind, string file, bool force, CancellationToken cancellationToken)
    {
        var name = file == OutputFile.StandardOutput ? DefaultName : file;
        if (await OutputFile.WriteAsync(host, file, StarterManifest.Read(kind, name), force, cancellationToken) is { } problem)
        {
            ManifestInput.Report(host, [problem]);
            return ExitCode.Failed;
        }

        if (file == OutputFile.StandardOutput)
        {
            return ExitCode.Done;
        }

        await host.Error.WriteLineAsync($"""
            Wrote {file}. Put your own servers and databases in, then:
              migplan schema > migration-plan.v1.schema.json   # editors complete and check by it
              migplan validate {file}
            """);
        return ExitCode.Done;
    }
}
