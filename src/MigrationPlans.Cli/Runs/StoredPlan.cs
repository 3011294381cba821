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
    /// <exception cref="DiagnosticException">It is missing, is another one, or can't be read.</exception>
    public static async Task<MigrationPlan> ReadAsync(IStateFiles files, RunState state, CancellationToken cancellationToken)
    {
        var file = Path.Combine(files.Location, StateStore.PlanName);
        var bytes = await files.ReadAsync(StateStore.PlanName, cancellationToken)
            ?? throw new DiagnosticException(StateDiagnostics.StoredPlanUnfit(file, "it is missing"));
        var plan = PlanDocument.Parse(Encoding.UTF8.GetString(bytes), file);
        return plan.Digest == state.PlanDigest ? plan : throw new DiagnosticException(StateDiagnostics.StoredPlanUnfit(file, "it is another plan"));
    }

    /// <summary>What of the manifest the plan has done, once it is finished or rolled back.</summary>
    /// <exception cref="DiagnosticException">The plan is missing, is another one, or can't be read.</exception>
    public static async Task<KeptWork> FindKeptAsync(MigrationManifest manifest, IStateFiles files, RunState? state, CancellationToken cancellationToken)
    {
        if (state is not { Status: RunStatus.Finished or RunStatus.RolledBack })
        {
            return KeptWork.None;
        }

        // A rollback left what a plan before had done.
        var done = state.Steps.Where(step => step.Status == StepStatus.Done && (state.Status == RunStatus.Finished || step.IsKept == true))
            .Select(step => step.Id)
            .ToImmutableHashSet(StringComparer.Ordinal);
        var filled = state.AllResources.Where(resource => resource.Kind is "database" or "ledger")
            .Select(resource => new FilledDatabase(resource.Endpoint, resource.Location, resource.Name, resource.SystemIdentifier));
        return KeptWork.Of(manifest, done.IsEmpty ? null : await ReadAsync(files, state, cancellationToken), done, [.. filled]);
    }

    /// <summary>The steps of each instance that moves as a whole.</summary>
    public static ImmutableArray<ImmutableArray<InstanceStep>> Moves(ImmutableArray<Step> steps) =>
        [.. steps.OfType<InstanceStep>().GroupBy(step => step.Database, StringComparer.Ordinal).Select(group => group.ToImmutableArray())];
}
