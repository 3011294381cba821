using System.CommandLine;
using MigrationPlans.Cli.Runs;
using MigrationPlans.Diagnostics;
using MigrationPlans.Validation;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan apply MANIFEST|plan.json</c></summary>
internal static class ApplyCommand
{
    public static Command Create(CommandHost host)
    {
        var file = new Argument<string>("manifest") { Description = "The manifest, or a plan file that `plan --out` wrote." };
        var overlays = ManifestInput.CreateOverlayOption();
        var manifest = new Option<string?>("--manifest") { Description = "The manifest of a plan file; default: found beside it.", HelpName = "FILE" };
        var parallelism = RunOptions.CreateParallelism();
        var targets = new Option<string[]>("--target")
        {
            Description =
                "Plan, approve and carry out only what goes to this ENDPOINT/DATABASE, or the move to this REGION/INSTANCE; may be given several times.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => [],
        };
        var state = RunOptions.CreateState();
        var autoApprove = RunOptions.CreateAutoApprove();
        var command = new Command("apply", "Carry a plan out; the same command again resumes it.")
        {
            file,
            overlays,
            manifest,
            parallelism,
            targets,
            state,
            autoApprove,
        };
        command.SetAction((parsed, _) => RunAsync(host, new ApplyRequest
        {
            File = parsed.GetValue(file)!,
            Overlays = parsed.GetValue(overlays)!,
            ManifestFile = parsed.GetValue(manifest),
            Parallelism = parsed.GetValue(parallelism),
            Targets = parsed.GetValue(targets)!.ToHashSet(StringComparer.Ordinal),
            State = parsed.GetValue(state),
            AutoApprove = parsed.GetValue(autoApprove),
        }));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, ApplyRequest request)
    {
        var saved = PlanFile.IsOne(host, request.File) ? await PlanFile.ReadAsync(host, request.File, host.Stopping) : null;
        var path = saved is null
            ? request.File
            : request.ManifestFile ?? await PlanFile.FindManifestAsync(host, request.File, saved, request.Overlays, host.Stopping);
        var loaded = await ManifestInput.LoadWithPositionsAsync(host, path, request.Overlays, host.Stopping);
        if (loaded.Manifest is not { } manifest)
        {
            return ExitCode.ManifestInvalid;
        }

        if (saved is not null && PlanFile.FindDifferences(request.File, saved, manifest) is { Count: > 0 } differences)
        {
            ManifestInput.Report(host, differences);
            return ExitCode.Stale;
        }

        if (FindRefusals(request, loaded) is { Count: > 0 } refusals)
        {
            ManifestInput.Report(host, refusals, loaded);
            return ExitCodes.Of(refusals[0]);
        }

        return await new ApplyRun(host, request, path, loaded, saved).CompleteAsync();
    }

    private static List<Diagnostic> FindRefusals(ApplyRequest request, ManifestLoadResult loaded)
    {
        var manifest = loaded.Manifest!;

        // Which instances there are, only the plan knows.
        var unknown = manifest.Instances.IsEmpty ? request.FindUnknownTargets(manifest.Databases.Select(mapping => mapping.Address)) : [];
        var wanted = manifest.Databases.Where(mapping => request.Targets.Count == 0 || request.Targets.Contains(mapping.Address));
        return [.. NotYetCarriedOut.Find(wanted), .. unknown];
    }
}
