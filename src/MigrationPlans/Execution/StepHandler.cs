using MigrationPlans.Planning;

namespace MigrationPlans.Execution;

/// <summary>A handler for one step type.</summary>
public abstract class StepHandler<TStep> : IStepHandler
    where TStep : Step
{
    public Type StepType => typeof(TStep);

    Task<StepObservation> IStepHandler.ObserveAsync(Step step, StepContext context, CancellationToken cancellationToken) =>
        ObserveAsync((TStep)step, context, cancellationToken);

    Task<StepResult> IStepHandler.ActAsync(Step step, StepContext context, CancellationToken cancellationToken) =>
        ActAsync((TStep)step, context, cancellationToken);

    Task IStepHandler.VerifyAsync(Step step, StepContext context, CancellationToken cancellationToken) =>
        VerifyAsync((TStep)step, context, cancellationToken);

    protected abstract Task<StepObservation> ObserveAsync(TStep step, StepContext context, CancellationToken cancellationToken);

    protected abstract Task<StepResult> ActAsync(TStep step, StepContext context, CancellationToken cancellationToken);

    /// <summary>Default: observing again must say done.</summary>
    protected virtual async Task VerifyAsync(TStep step, StepContext context, CancellationToken cancellationToken)
    {
        var observation = await ObserveAsync(step, context, cancellationToken);
        if (!observation.IsDone)
        {
            throw StepFailedException.EffectMissing(step, observation.Finding);
        }
    }
}
