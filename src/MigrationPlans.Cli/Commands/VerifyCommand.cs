using System.CommandLine;
using MigrationPlans.Cli.Runs;
using MigrationPlans.Manifest;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan verify MANIFEST</c></summary>
internal static class VerifyCommand
{
    /// <param name="openVerifier">Makes the verifiers for a manifest's directory.</param>
    public static Command Create(CommandHost host, Func<string, VerifierScope> openVerifier)
    {
        var manifest = ManifestInput.CreateArgument();
        var overlays = ManifestInput.CreateOverlayOption();
        var level = new Option<string?>("--level") { Description = "What to compare, instead of what each mapping says." };
        level.AcceptOnlyFromAmong("counts", "checksums");
        var format = new Option<string>("--format") { Description = "How to print the report.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var state = RunOptions.CreateState();
        var command = new Command("verify", "Compare source and target as they are now. Changes nothing.") { manifest, level, format, overlays, state };
        command.SetAction(async (parsed, _) =>
        {
            var path = parsed.GetValue(manifest)!;
            if (await ManifestInput.LoadAsync(host, path, parsed.GetValue(overlays)!, host.Stopping) is not { } loaded)
            {
                return ExitCode.ManifestInvalid;
            }

            try
            {
                await using var scope = openVerifier(ManifestInput.DirectoryOf(host, path));
                return await new VerifyRun(host, loaded, scope, Level(parsed.GetValue(level)), parsed.GetValue(format) == "json")
                    .CompleteAsync(() => StateBackends.Open(host, path, loaded.Name, parsed.GetValue(state)));
            }
            catch (OperationCanceledException) when (host.Stopping.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });
        return command;
    }

    private static VerificationLevel? Level(string? option) => option switch
    {
        "counts" => VerificationLevel.Counts,
        "checksums" => VerificationLevel.Checksums,
        _ => null,
    };
}
