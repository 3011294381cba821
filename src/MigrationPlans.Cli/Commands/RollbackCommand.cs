using System.CommandLine;
using MigrationPlans.Cli.Runs;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan rollback MANIFEST</c>: takes back what the state says the last plan created; nothing else.</summary>
internal static class RollbackCommand
{
    public static Command Create(CommandHost host)
    {
        var manifest = ManifestInput.CreateArgument();
        var overlays = ManifestInput.CreateOverlayOption();
        var state = RunOptions.CreateState();
        var autoApprove = RunOptions.CreateAutoApprove();
        var earlier = new Option<bool>("--earlier") { Description = "Also what plans of this state created that were finished before the last one began." };
        var targets = new Option<string[]>("--target")
        {
            Description = "Only what was made for the mapping to this ENDPOINT/DATABASE, or the move to this REGION/INSTANCE; may be given several times.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => [],
        };
        var command = new Command(
            "rollback",
            "Take back what the plan created: target databases, fences, archives, roles, borrowed rights, restored instances (without a final snapshot), snapshots. Nothing else.")
        {
            manifest,
            overlays,
            targets,
            state,
            earlier,
            autoApprove,
        };
        command.SetAction((parsed, _) => RunAsync(
            host,
            parsed.GetValue(manifest)!,
            parsed.GetValue(overlays)!,
            parsed.GetValue(targets)!.ToHashSet(StringComparer.Ordinal),
            parsed.GetValue(state),
            parsed.GetValue(earlier),
            parsed.GetValue(autoApprove)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandHost host, string path, string[] overlays, HashSet<string> part, string? stateOption, bool withEarlier, bool autoApprove)
    {
        var loaded = await ManifestInput.LoadWithPositionsAsync(host, path, overlays, host.Stopping);
        if (loaded.Manifest is not { } manifest)
        {
            return ExitCode.ManifestInvalid;
        }

        var file = Path.GetFullPath(path, host.WorkingDirectory);
        using var backend = StateBackends.Open(host, path, manifest.Name, stateOption);
        if (await StateStore.PeekAsync(backend.Files, manifest.Name, host.Stopping) is null)
        {
            ManifestInput.Report(host, [StateDiagnostics.NoState(backend.Files.Location)]);
            return ExitCode.Done;
        }

        var parts = host.ComposeFor("rollback", manifest, Path.GetDirectoryName(file)!);
        await using var session = await RunSession.OpenAsync(manifest, loaded.SourceMap, parts, backend, host.Clock, host.Stopping);
        if (session.State is { Status: RunStatus.RolledBack, TakingBack: null, Earlier: var left } && (left is null || !withEarlier))
        {
            await host.Out.WriteLineAsync($"{manifest.Name}: was rolled back already, nothing to do");
            return ExitCode.Done;
        }

        if (FindRefusals(manifest, session.State!, part) is { Count: > 0 } refusals)
        {
            ManifestInput.Report(host, refusals);
            return ExitCodes.Of(refusals[0]);
        }

        var rollback = new RollbackRun(host, manifest, session, withEarlier, part);
        rollback.Describe();
        if (rollback.SayIfNothing())
        {
            return ExitCode.Done;
        }

        if (await Approval.AskAsync(host, "Take all of this back?", autoApprove) is { } refusal)
        {
            ManifestInput.Report(host, [refusal]);
            return ExitCodes.Of(refusal);
        }

        return await rollback.CompleteAsync();
    }

    /// <summary>What keeps a part from being taken back.</summary>
    private static List<Diagnostic> FindRefusals(MigrationManifest manifest, RunState state, HashSet<string> part)
    {
        if (part.Count > 0 && state.Status == RunStatus.RollingBack)
        {
            return [StateDiagnostics.RollbackUnfinished(state.Name, part: null)];
        }

        var known = state.Steps.Select(step => step.Id).Concat(state.AllResources.Select(resource => resource.Step)).Select(RunState.AddressOf)
            .Concat(manifest.Databases.Select(mapping => mapping.Address))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return [.. part.Where(address => !known.Contains(address)).Select(address => CommandLineDiagnostics.UnknownTarget(address, known))];
    }
}
