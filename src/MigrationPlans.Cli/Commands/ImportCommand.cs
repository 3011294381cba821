using System.CommandLine;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest.Importing;
using MigrationPlans.Manifest.Yaml;
using MigrationPlans.Validation;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan import FILE</c></summary>
internal static class ImportCommand
{
    public static Command Create(CommandHost host)
    {
        var file = new Argument<string>("file") { Description = "A file of old_url@@new_url lines." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Write the manifest here; without it, or with `-`, to standard output.",
            HelpName = "FILE",
        };
        var force = new Option<bool>("--force") { Description = "Overwrite the output file." };
        var command = new Command("import", "Turn old_url@@new_url lines into a manifest without a password in it.") { file, output, force };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            host, parsed.GetValue(file)!, parsed.GetValue(output), parsed.GetValue(force), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, string file, string? output, bool force, CancellationToken cancellationToken)
    {
        var input = ManifestFile.From(file, host.WorkingDirectory);
        var (text, unreadable) = await ManifestText.ReadAsync(input.Path, input.Name, cancellationToken);
        if (unreadable is not null)
        {
            ManifestInput.Report(host, [unreadable]);
            return ExitCode.ManifestInvalid;
        }

        var imported = MappingImport.Import(input.Name, text!, Path.GetFileNameWithoutExtension(output is null or OutputFile.StandardOutput ? file : output));
        // No snippets: a line of this file may hold a password.
        ManifestInput.Report(host, imported.Diagnostics);
        if (imported.Yaml is not { } yaml || !IsValid(host, output is null or OutputFile.StandardOutput ? "manifest.yaml" : output, yaml))
        {
            return ExitCode.ManifestInvalid;
        }

        if (output is not (null or OutputFile.StandardOutput) && OutputFile.IsSame(input.Path, Path.GetFullPath(output, host.WorkingDirectory)))
        {
            // With its passwords, and without a copy.
            return Fail(host, ImportDiagnostics.OutputUnwritable(output, "the lines are read from it"));
        }

        return await OutputFile.WriteAsync(host, output ?? OutputFile.StandardOutput, yaml, force, cancellationToken) is { } problem
            ? Fail(host, problem)
            : await TellVariablesAsync(host, imported);
    }

    /// <summary>What a URL may say and a manifest may not, such as a database name of 80 bytes, shows here.</summary>
    private static bool IsValid(CommandHost host, string name, string yaml)
    {
        var result = new ManifestLoader(host.ReadVariable).Load(name, yaml);
        ManifestInput.Report(host, result.Diagnostics, result);
        return !result.HasErrors;
    }

    private static async Task<int> TellVariablesAsync(CommandHost host, ImportedManifest imported)
    {
        if (!imported.Variables.IsEmpty)
        {
            await host.Error.WriteLineAsync("The manifest holds no password. Set these variables before you use it:");
            foreach (var variable in imported.Variables)
            {
                await host.Error.WriteLineAsync($"  {variable.Name}   password of {Quoting.Plain(variable.Login)}");
            }
        }

        return ExitCode.Done;
    }

    private static int Fail(CommandHost host, Diagnostic problem)
    {
        ManifestInput.Report(host, [problem]);
        return ExitCode.Failed;
    }
}
