using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.State;

namespace MigrationPlans.Execution;

/// <summary>
/// Carries a plan out: every step whose dependencies are done, across all databases at once, within the limits. One
/// database's failure stops nothing but the steps that depend on it.
/// </summary>
/// <param name="handlers">One for each kind of step in the plan.</param>
/// <param name="store">Has adopted the plan; steps that it knows as done are not looked at again.</param>
public sealed class PlanRunner(ImmutableArray<IStepHandler> handlers, StateStore store, IRunEvents events, RunLimits limits, TimeProvider clock)
{
    /// <param name="stopping">Asks for a stop at the next safe point: no step is started any more, those under way get a moment to end.</param>
    /// <param name="cancellationToken">Cuts everything off at once.</param>
    /// <exception cref="DiagnosticException">The state can't be written, or the plan has a step that no handler carries out.</exception>
    public async Task<RunReport> RunAsync(MigrationManifest manifest, MigrationPlan plan, CancellationToken stopping, CancellationToken cancellationToken)
    {
        var handlersByType = handlers.ToImmutableDictionary(handler => handler.StepType);
        if (plan.Steps.FirstOrDefault(step => !handlersByType.ContainsKey(step.GetType())) is { } orphan)
        {
            throw new DiagnosticException(ExecutionDiagnostics.NoHandler(orphan.Id, orphan.Kind));
        }

        using var run = new PlanRun(manifest, plan, store, handlersByType, events, limits, clock, stopping, cancellationToken);
        return await run.CompleteAsync();
    }
}
