using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections.Silence;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>A handler whose connections are watched: one that is dead fails the try, which may pass.</summary>
internal sealed class WatchedStepHandler(IStepHandler handler, SilenceWatch watch) : IStepHandler
{
    public Type StepType => handler.StepType;

    public Task<StepObservation> ObserveAsync(Step step, StepContext context, CancellationToken cancellationToken) =>
        RunAsync(step, context, token => handler.ObserveAsync(step, context, token), cancellationToken);

    public Task<StepResult> ActAsync(Step step, StepContext context, CancellationToken cancellationToken) =>
        RunAsync(step, context, token => handler.ActAsync(step, context, token), cancellationToken);

    public Task VerifyAsync(Step step, StepContext context, CancellationToken cancellationToken) =>
        RunAsync(
            step,
            context,
            async token =>
            {
                await handler.VerifyAsync(step, context, token);
                return true;
            },
            cancellationToken);

    private Task<T> RunAsync<T>(Step step, StepContext context, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken) =>
        watch.RunAsync(run, wait => context.Events.Publish(new StepWaits(step, wait) { At = context.Clock.GetUtcNow() }), cancellationToken);
}
