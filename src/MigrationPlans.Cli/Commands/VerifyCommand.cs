using System.CommandLine;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.Reporting;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan verify MANIFEST</c></summary>
internal static class VerifyCommand
{
    /// <summary>Where a mapping does not say how many connections it may use.</summary>
    private const int UsualParallelism = 4;

    /// <param name="openVerifier">Makes the verifier for a manifest's directory.</param>
    public static Command Create(CommandHost host, Func<string, VerifierScope> openVerifier)
    {
        var manifest = ManifestInput.CreateArgument();
        var overlays = ManifestInput.CreateOverlayOption();
        var level = new Option<string?>("--level") { Description = "What to compare, instead of what each mapping says." };
        level.AcceptOnlyFromAmong("counts", "checksums");
        var format = new Option<string>("--format") { Description = "How to print the report.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("verify", "Compare source and target as they are now. Changes nothing.") { manifest, level, format, overlays };
        command.SetAction(async (parsed, _) =>
        {
            var path = parsed.GetValue(manifest)!;
            var loaded = await ManifestInput.LoadAsync(host, path, parsed.GetValue(overlays)!, host.Stopping);
            return loaded is null
                ? ExitCode.ManifestInvalid
                : await RunAsync(host, loaded, () => openVerifier(ManifestInput.DirectoryOf(host, path)), Level(parsed.GetValue(level)), parsed.GetValue(format) == "json");
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, MigrationManifest manifest, Func<VerifierScope> open, VerificationLevel? level, bool isJson)
    {
        var reports = new List<VerificationReport>();
        var failures = new List<(string Database, Diagnostic Cause)>();
        var view = new VerificationTextView(new StyledWriter(host.Out, host.ColorOut));
        try
        {
            await using var scope = open();
            foreach (var mapping in manifest.Databases)
            {
                if (await CompareAsync(host, scope.Verifier, manifest, mapping, level, failures) is { } report)
                {
                    reports.Add(report);
                    if (!isJson)
                    {
                        view.Write(report);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (host.Stopping.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }

        if (isJson)
        {
            await host.Out.WriteAsync(VerificationDocument.Write(manifest.Name, reports, failures));
        }
        else
        {
            view.WriteSummary(reports, failures.Count);
        }

        // A difference that was found weighs more than a database, or rows, that could not be looked at.
        return reports.Any(report => !report.IsEqual) ? ExitCode.Different : failures.Count > 0 || reports.Any(report => !report.IsComplete) ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task<VerificationReport?> CompareAsync(
        CommandHost host, IDatabaseVerifier verifier, MigrationManifest manifest, DatabaseMapping mapping, VerificationLevel? level, List<(string Database, Diagnostic Cause)> failures)
    {
        try
        {
            return await verifier.VerifyAsync(
                manifest, mapping, level ?? Wanted(mapping.Verify), mapping.Parallelism ?? UsualParallelism, host.Stopping);
        }
        catch (Exception exception) when (exception is StepFailedException or DiagnosticException)
        {
            var cause = (exception as StepFailedException)?.Diagnostic ?? ((DiagnosticException)exception).Diagnostic;
            ManifestInput.Report(host, [cause]);
            failures.Add((mapping.Address, cause));
            return null;
        }
    }

    /// <summary>Who calls <c>verify</c> wants something compared, even where the mapping says <c>none</c>.</summary>
    private static VerificationLevel Wanted(VerificationLevel level) => level == VerificationLevel.None ? VerificationLevel.Counts : level;

    private static VerificationLevel? Level(string? option) => option switch
    {
        "counts" => VerificationLevel.Counts,
        "checksums" => VerificationLevel.Checksums,
        _ => null,
    };
}
