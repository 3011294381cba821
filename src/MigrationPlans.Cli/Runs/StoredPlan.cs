using System.Collections.Immutable;
using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>The plan that a state is about.</summary>
internal static class StoredPlan
{
    /// <summary>A run that ended between the writing of a new plan and its adoption left the state's own one beside it.</summary>
    /// <exception cref="DiagnosticException">It is missing, is another one, or can't be read.</exception>
    public static async Task<MigrationPlan> ReadAsync(IStateFiles files, RunState state, CancellationToken cancellationToken)
    {
        var (plan, fault) = await TryReadAsync(files, StateStore.PlanName, cancellationToken);
        if (plan?.Digest == state.PlanDigest)
        {
            return plan;
        }

        var (before, _) = await TryReadAsync(files, StateStore.PlanBeforeName, cancellationToken);
        return before?.Digest == state.PlanDigest
            ? before
            : throw new DiagnosticException(StateDiagnostics.StoredPlanUnfit(
                Path.Combine(files.Location, StateStore.PlanName), fault ?? "it is another plan", IsFinished(state)));
    }

    /// <summary>What only prepares the ground: who may have it changed has made nothing on the target yet.</summary>
    private static readonly string[] Preparing = ["role", "fence"];

    /// <summary>What of the manifest the plan has done, or has begun.</summary>
    /// <param name="scope">What is to be planned next; null for all.</param>
    /// <exception cref="DiagnosticException">The plan is missing, is another one, or can't be read.</exception>
    public static async Task<KeptWork> FindKeptAsync(
        MigrationManifest manifest, IStateFiles files, RunState? state, CancellationToken cancellationToken, PlanScope? scope = null)
    {
        if (state is null or { IsRollingBack: true })
        {
            return KeptWork.None;
        }

        // A rollback left what a plan before had done.
        var done = state.Steps.Where(step => step.Status == StepStatus.Done && (state.Status != RunStatus.RolledBack || step.IsKept == true))
            .Select(step => step.Id)
            .ToImmutableHashSet(StringComparer.Ordinal);
        var filled = state.AllResources.Where(resource => resource.Kind is "database" or "ledger")
            .Select(resource => new FilledDatabase(resource.Endpoint, resource.Location, resource.Name, resource.SystemIdentifier));
        var isUnfinished = state.Status == RunStatus.Unfinished;
        var before = done.IsEmpty && !isUnfinished ? null : await ReadAsync(files, state, cancellationToken);
        return KeptWork.Of(manifest, before, done, [.. filled], isUnfinished ? FindBegun(before!, done, state) : null, scope);
    }

    /// <summary>Mappings and instances that have, or may have, made something where they go to: what is made is recorded before.</summary>
    private static ImmutableHashSet<string> FindBegun(MigrationPlan plan, ImmutableHashSet<string> done, RunState state) =>
    [
        .. plan.Steps.Where(step => step is CreateDatabaseStep or InstanceStep && done.Contains(step.Id)).Select(step => step.Database),
        .. state.Resources.Where(resource => !Preparing.Contains(resource.Kind)).Select(resource => RunState.AddressOf(resource.Step)),
    ];

    /// <summary>Also one that was rolled back, and left what a plan before it had done.</summary>
    private static bool IsFinished(RunState state) => state.Status is RunStatus.Finished or RunStatus.RolledBack;

    /// <summary>What is wrong with the file is not for its user to mend, as it would be with a plan of their own.</summary>
    private static async Task<(MigrationPlan? Plan, string? Fault)> TryReadAsync(IStateFiles files, string name, CancellationToken cancellationToken)
    {
        // Older versions left an empty one where there was no plan before.
        var bytes = await files.ReadAsync(name, cancellationToken);
        if (bytes is not { Length: > 0 })
        {
            return (null, bytes is null ? "it is missing" : "it is empty");
        }

        var plan = PlanDocument.Read(Encoding.UTF8.GetString(bytes), Path.Combine(files.Location, name)).Plan;
        return (plan, plan is null ? "it is damaged, or was changed" : null);
    }

    /// <summary>The steps of each instance that moves as a whole.</summary>
    public static ImmutableArray<ImmutableArray<InstanceStep>> Moves(IEnumerable<Step> steps) =>
        [.. steps.OfType<InstanceStep>().GroupBy(step => step.Database, StringComparer.Ordinal).Select(group => group.ToImmutableArray())];
}
