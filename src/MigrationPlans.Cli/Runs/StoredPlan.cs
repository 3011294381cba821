using System.Collections.Immutable;
using System.Text;
using MigrationPlans.Diagnostics;
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

    /// <summary>The steps of each instance that moves as a whole.</summary>
    public static ImmutableArray<ImmutableArray<InstanceStep>> Moves(MigrationPlan plan) =>
        [.. plan.Steps.OfType<InstanceStep>().GroupBy(step => step.Database, StringComparer.Ordinal).Select(steps => steps.ToImmutableArray())];
}
