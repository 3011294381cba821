using System.Collections.Immutable;
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
        var isPlanned = session.State is { } planned && await IsPlannedAsync(session, planned);
        return session.State switch
        {
            { IsRollingBack: true } state => Refuse(StateDiagnostics.RollbackUnfinished(manifest.Name, state.TakingBack)),
            { Status: RunStatus.Unfinished } state when isPlanned && saved is { Mode: PlanMode.Online } && saved.Digest != state.PlanDigest =>
                Refuse(StateDiagnostics.OtherPlanUnfinished(manifest.Name)),
            { Status: RunStatus.Unfinished } when isPlanned => await ResumeAsync(session),
            { Status: RunStatus.Finished } when isPlanned => await CheckFinishedAsync(session),
            _ => await BeginAsync(session),
        };
    }

    /// <summary>
    /// Whether the state's plan is of this manifest, and has all that is to be done: one that was made for some databases
    /// was approved for them alone, and has others as they were before they were changed.
    /// </summary>
    private async Task<bool> IsPlannedAsync(RunSession session, RunState state) =>
        state.ManifestDigest == manifest.Digest
        && (state.Only is null
            || (request.Targets.Count > 0
                && request.Targets.All(state.Covers)
                && !Wanted.Any((await session.FindKeptAsync(host.Stopping)).HasChanged)));

    private async Task<int> BeginAsync(RunSession session)
    {
        // A saved plan is of the whole manifest, and is held against a whole one.
        var isReviewed = saved?.Mode == PlanMode.Online;
        var (plan, findings) = await session.PlanAsync(isReviewed ? ImmutableHashSet<string>.Empty : request.Targets, host.Stopping);
        ManifestInput.Report(host, findings, loaded);
        if (plan is null)
        {
            return session.Kept.Obstacles.IsEmpty ? ExitCode.Failed : ExitCodes.Of(session.Kept.Obstacles[0]);
        }

        if (FindUnknownTargets(session.Addresses) is { Count: > 0 } unknown)
        {
            ManifestInput.Report(host, unknown);
            return ExitCodes.Of(unknown[0]);
        }

        var check = new FinishedCheck(host, manifest, session.Parts, session.State?.AllResources ?? []);
        if (await check.RefuseIfGoneAsync([.. Wanted.Where(session.Kept.HasFinished)], StoredPlan.Moves(session.Kept.Finished.Where(IsWanted))) is { } gone)
        {
            return gone;
        }

        if (FindDifferences(plan) is { Count: > 0 } differences)
        {
            ManifestInput.Report(host, differences);
            return ExitCode.Stale;
        }

        new PlanTextView(new StyledWriter(host.Out, host.ColorOut)).Write(plan, session.State?.TimesOf(session.Kept.Done));
        ManifestInput.Report(host, LeftFences.Find(manifest, session.State));
        if (!session.Kept.Done.IsEmpty && session.Kept.Done.Count == plan.Steps.Length)
        {
            await session.AdoptAsync(plan);
            return await SayDoneAsync(Wanted.Count(), StoredPlan.Moves(plan.Steps.Where(IsWanted)).Length);
        }

        // A plan that was saved and did not change was reviewed as it is.
        if (await Approval.AskAsync(host, Question, request.AutoApprove || isReviewed) is { } refusal)
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
        var addresses = plan.Databases
            .Select(database => database.Address)
            .Concat(plan.Steps.OfType<InstanceStep>().Select(step => step.Database))
            .Distinct(StringComparer.Ordinal);
        if (FindUnknownTargets(addresses) is { Count: > 0 } unknown)
        {
            ManifestInput.Report(host, unknown);
            return ExitCodes.Of(unknown[0]);
        }

        var moves = plan.Steps.OfType<InstanceStep>().ToList();
        return moves.Count > 0 && await session.Parts.InstanceVerifier.FindOtherAccountAsync(manifest, moves, host.Stopping) is { } other
            ? Refuse(other)
            : await CarryOutAsync(session, plan);
    }

    private List<Diagnostic> FindUnknownTargets(IEnumerable<string> addresses) => [.. request.FindUnknownTargets(addresses)];

    /// <summary>The mappings that the command line is about.</summary>
    private IEnumerable<DatabaseMapping> Wanted => manifest.Databases.Where(mapping => request.Targets.Count == 0 || request.Targets.Contains(mapping.Address));

    private bool IsWanted(Step step) => request.Targets.Count == 0 || request.Targets.Contains(step.Database);

    private string Question => request.Targets.Count == 0
        ? "Carry this plan out?"
        : $"Carry out {string.Join(", ", request.Targets.Order(StringComparer.Ordinal))}, and nothing else?";

    private async Task<int> CarryOutAsync(RunSession session, MigrationPlan plan)
    {
        var report = await RunOutput.ShowAsync(host, events => session.RunAsync(plan, request.Targets, request.Parallelism, events, host.Stopping));
        RunOutput.Summarize(host, manifest, session.State!, report, request.CommandLine);
        return RunOutput.ExitCodeOf(report.Outcome);
    }

    /// <summary>All was done before: nothing to do, unless a target has gone or a move picks more meanwhile.</summary>
    private async Task<int> CheckFinishedAsync(RunSession session)
    {
        var (areThere, findings) = await FurtherInstances.FindAsync(
            manifest, await session.FindKeptAsync(host.Stopping), session.Parts.Inspector, host.Stopping);
        if (areThere)
        {
            return await BeginAsync(session);
        }

        ManifestInput.Report(host, findings);
        if (findings.Any(finding => finding.Severity == Severity.Error))
        {
            return ExitCode.Failed;
        }

        var moves = manifest.Instances.IsEmpty ? [] : StoredPlan.Moves((await session.ReadStoredPlanAsync(host.Stopping)).Steps.Where(IsWanted));
        return await new FinishedCheck(host, manifest, session.Parts, session.State?.AllResources ?? []).RefuseIfGoneAsync([.. Wanted], moves)
            ?? await SayDoneAsync(Wanted.Count(), moves.Length);
    }

    private async Task<int> SayDoneAsync(int databases, int instances)
    {
        await host.Out.WriteLineAsync($"{manifest.Name}: nothing to do, all {string.Join(" and ", DoneAlready(databases, instances))} done already");
        return ExitCode.Done;
    }

    private static IEnumerable<string> DoneAlready(int databases, int instances)
    {
        if (databases > 0 || instances == 0)
        {
            yield return HumanUnits.Count(databases, "database");
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
