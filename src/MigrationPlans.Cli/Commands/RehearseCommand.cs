using System.CommandLine;
using MigrationPlans.Cli.Rehearsal;
using MigrationPlans.Cli.Runs;
using MigrationPlans.Cli.Terminal;
using MigrationPlans.Diagnostics;
using MigrationPlans.Reporting;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan rehearse MANIFEST</c></summary>
internal static class RehearseCommand
{
    public static Command Create(CommandHost host)
    {
        var manifest = ManifestInput.CreateArgument();
        var overlays = ManifestInput.CreateOverlayOption();
        var data = new Option<string?>("--data")
        {
            Description = "Where ENDPOINT/DATABASE.sql files fill the sources from [default: `data` beside the manifest].",
            HelpName = "DIR",
        };
        var keep = new Option<bool>("--keep") { Description = "Leave the servers running and say how to look into them." };
        var parallelism = RunOptions.CreateParallelism();
        var command = new Command("rehearse", "Carry the whole plan out on throw-away local PostgreSQL servers that stand in for every endpoint.")
        {
            manifest, overlays, data, keep, parallelism,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            host,
            parsed.GetValue(manifest)!,
            parsed.GetValue(overlays)!,
            parsed.GetValue(data),
            parsed.GetValue(keep),
            parsed.GetValue(parallelism),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandHost host, string path, string[] overlays, string? data, bool keep, int? parallelism, CancellationToken cancellationToken)
    {
        if (await ManifestInput.LoadAsync(host, path, overlays, cancellationToken) is not { } manifest)
        {
            return ExitCode.ManifestInvalid;
        }

        var dataDirectory = data is null ? Path.Combine(ManifestInput.DirectoryOf(host, path), "data") : Path.GetFullPath(data, host.WorkingDirectory);
        if (NotYetCarriedOut.Find(manifest.Databases).ToList() is { Count: > 0 } refusals)
        {
            ManifestInput.Report(host, refusals);
            return ExitCode.Failed;
        }

        if (data is not null && !Directory.Exists(dataDirectory))
        {
            ManifestInput.Report(host, [RehearsalDiagnostics.DataDirectoryMissing(dataDirectory)]);
            return ExitCode.WrongCommandLine;
        }

        try
        {
            var code = await new RehearsalSession(host, dataDirectory, keep).RunAsync(
                manifest,
                stage => UnattendedRun.CompleteAsync(
                    host, stage.Manifest, new Composition(stage.Servers), stage.StateDirectory, parallelism, Again(path, overlays)),
                host.Stopping);
            if (code == ExitCode.Done)
            {
                await host.Out.WriteLineAsync(
                    $"Rehearsal passed: {HumanUnits.Count(manifest.Databases.Length, "database")} carried over and verified, every row compared.{(keep ? "" : " Nothing of it is left on this machine.")}");
            }

            return code;
        }
        catch (DiagnosticException exception)
        {
            ManifestInput.Report(host, [exception.Diagnostic]);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (host.Stopping.IsCancellationRequested)
        {
            await host.Error.WriteLineAsync("Stopped; nothing of it is left on this machine.");
            return ExitCode.Interrupted;
        }
    }

    private static string Again(string path, string[] overlays) =>
        $"{string.Join(' ', new[] { "migplan", "rehearse", path }.Concat(overlays.SelectMany(overlay => new[] { "--overlay", overlay })).Select(ShellWord.Quote))} --keep   # to look into the servers";
}
