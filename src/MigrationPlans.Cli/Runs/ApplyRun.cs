using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.Reporting;
using MigrationPlans.State;
using MigrationPlans.Validation;

namespace MigrationPlans.Cli.Runs;

/// <summary>One <c>apply</c>: decides by the state whether to begin, to resume or to leave all as it is.</summary>
/// <param name="path">The manifest's, as the user gave it.</param>
/// <param name="saved">The plan file that is to be applied; null plans anew.</param>
internal sealed class ApplyRun(CommandHost host, ApplyRequest request, string path, ManifestLoadResult loaded, MigrationPlan? saved)
{
    private readonly MigrationManifest manifest = loaded.Manifest!;

    public async Task<int> CompleteAsync()
    {
        var file = Path.GetFullPath(path, host.WorkingDirectory);
        using var backend = StateBackends.Open(host, path, manifest.Name, request.State);
        var parts = host.ComposeFor("apply", manifest, Path.GetDirectoryName(file)!);
        await using var session = await RunSession.OpenAsync(manifest, loaded.SourceMap, parts, backend, host.Clock, host.Stopping);
        return session.State switch
        {
            { Status: RunStatus.RollingBack } => Refuse(StateDiagnostics.RollbackUnfinished(manifest.Name)),
            { Status: RunStatus.Unfinished } state when state.ManifestDigest != manifest.Digest => Refuse(StateDiagnostics.OtherPlanUnfinished(manifest.Name)),
            { Status: RunStatus.Unfinished } state when saved is { Mode: PlanMode.Online } && saved.Digest != state.PlanDigest =>
                Refuse(StateDiagnostics.OtherPlanUnfinished(manifest.Name)),
            { Status: RunStatus.Unfinished } => await ResumeAsync(session),
            { Status: RunStatus.Finished } state when state.ManifestDigest == manifest.Digest => await CheckFinishedAsync(session),
            _ => await BeginAsync(session),
        };
    }

    private async Task<int> BeginAsync(RunSession session)
    {
        var (plan, findings) = await session.PlanAsync(host.Stopping);
        ManifestInput.Report(host, findings, loaded);
        if (plan is null)
        {
            return ExitCode.Failed;
        }

        var check = new FinishedCheck(host, manifest, session.Parts, session.State?.AllResources ?? []);
        if (await check.RefuseIfGoneAsync([.. manifest.Databases.Where(session.Kept.Holds)], StoredPlan.Moves(session.Kept.Steps)) is { } gone)
        {
            return gone;
        }

        if (FindDifferences(plan) is { Count: > 0 } differences)
        {
            ManifestInput.Report(host, differences);
            return ExitCode.Stale;
        }

        if (FindUnknownTargets(plan) is { Count: > 0 } unknown)
        {
            ManifestInput.Report(host, unknown);
            return ExitCodes.Of(unknown[0]);
        }

        new PlanTextView(new StyledWriter(host.Out, host.ColorOut)).Write(plan, session.State?.TimesOf(session.Kept.Steps.Select(step => step.Id)));
        if (!session.Kept.Steps.IsEmpty && session.Kept.Steps.Length == plan.Steps.Length)
        {
            await session.AdoptAsync(plan);
            return await SayDoneAsync(StoredPlan.Moves(plan.Steps).Length);
        }

        // A plan that was saved and did not change was reviewed as it is.
        var isReviewed = saved?.Mode == PlanMode.Online;
        if (await Approval.AskAsync(host, "Carry this plan out?", request.AutoApprove || isReviewed) is { } refusal)
        {
            return Refuse(refusal);
        }

        await session.AdoptAsync(plan);
        return await CarryOutAsync(session, plan);
    }

    /// <summary>In what the saved plan and the one made now differ; an offline one is held against a fresh offline one.</summary>
    private List<Diagnostic> FindDifferences(MigrationPlan plan)
    {
        if (saved is null)
        {
            return [];
        }

        var fresh = saved.Mode == PlanMode.Offline ? Planner.Plan(manifest, facts: null).Plan! : plan;
        return [.. PlanComparison.Compare(saved, fresh).Select(difference => PlanFileDiagnostics.OutOfDate(request.File, difference))];
    }

    private async Task<int> ResumeAsync(RunSession session)
    {
        var plan = await session.ReadStoredPlanAsync(host.Stopping);
        if (FindUnknownTargets(plan) is { Count: > 0 } unknown)
        {
            ManifestInput.Report(host, unknown);
            return ExitCodes.Of(unknown[0]);
        }

        var moves = plan.Steps.OfType<InstanceStep>().ToList();
        return moves.Count > 0 && await session.Parts.InstanceVerifier.FindOtherAccountAsync(manifest, moves, host.Stopping) is { } other
            ? Refuse(other)
            : await CarryOutAsync(session, plan);
    }

    private List<Diagnostic> FindUnknownTargets(MigrationPlan plan) =>
        [.. request.FindUnknownTargets(plan.Databases.Select(database => database.Address).Concat(plan.Steps.OfType<InstanceStep>().Select(step => step.Database)).Distinct(StringComparer.Ordinal))];

    private async Task<int> CarryOutAsync(RunSession session, MigrationPlan plan)
    {
        var report = await RunOutput.ShowAsync(host, events => session.RunAsync(plan, request.Targets, request.Parallelism, events, host.Stopping));
        RunOutput.Summarize(host, manifest, session.State!, report, request.CommandLine);
        return RunOutput.ExitCodeOf(report.Outcome);
    }

    /// <summary>All was done before: nothing to do, unless a target has gone or a move picks more meanwhile.</summary>
    private async Task<int> CheckFinishedAsync(RunSession session)
    {
        var (areThere, findings) = await FurtherInstances.FindAsync(manifest, await session.FindKeptAsync(host.Stopping), session.Parts.Inspector, host.Stopping);
        if (areThere)
        {
            return await BeginAsync(session);
        }

        ManifestInput.Report(host, findings);
        if (findings.Any(finding => finding.Severity == Severity.Error))
        {
            return ExitCode.Failed;
        }

        var moves = manifest.Instances.IsEmpty ? [] : StoredPlan.Moves((await session.ReadStoredPlanAsync(host.Stopping)).Steps);
        return await new FinishedCheck(host, manifest, session.Parts, session.State?.AllResources ?? []).RefuseIfGoneAsync(manifest.Databases, moves) ?? await SayDoneAsync(moves.Length);
    }

    private async Task<int> SayDoneAsync(int instances)
    {
        await host.Out.WriteLineAsync($"{manifest.Name}: nothing to do, all {string.Join(" and ", DoneAlready(instances))} done already");
        return ExitCode.Done;
    }

    private IEnumerable<string> DoneAlready(int instances)
    {
        if (!manifest.Databases.IsEmpty || instances == 0)
        {
            yield return HumanUnits.Count(manifest.Databases.Length, "database");
        }

        if (instances > 0)
        {
            yield return HumanUnits.Count(instances, "instance");
        }
    }

    private int Refuse(Diagnostic diagnostic)
    {
        ManifestInput.Report(host, [diagnostic]);
        return ExitCodes.Of(diagnostic);
    }
}
