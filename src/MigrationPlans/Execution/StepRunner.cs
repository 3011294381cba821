using System.Collections.Immutable;
using MigrationPlans.Planning;
using Polly;
using Polly.Retry;

namespace MigrationPlans.Execution;

/// <summary>Carries out one step: observe → already done? → journal → act → verify → journal; again after a passing failure.</summary>
internal sealed class StepRunner(
    ImmutableDictionary<Type, IStepHandler> handlers, RunJournal journal, IRunEvents events, RetrySettings retry, TimeProvider clock)
{
    /// <param name="cancellationToken">Cuts the step off: the run was asked to stop a while ago, or can't go on.</param>
    /// <exception cref="JournalFailedException">The state can't be written.</exception>
    public async Task<StepOutcome> RunAsync(Step step, StepContext context, CancellationToken cancellationToken)
    {
        using var noMore = CancellationTokenSource.CreateLinkedTokenSource(context.Stopping, cancellationToken);
        var attempt = 0;
        StepOutcome outcome;
        try
        {
            var budget = new RetryBudget(retry, clock);
            outcome = await Pipeline(step, budget).ExecuteAsync(
                async _ =>
                {
                    budget.Begin();
                    return await TryAsync(step, context, ++attempt, cancellationToken);
                },
                noMore.Token);
        }
        catch (OperationCanceledException) when (noMore.IsCancellationRequested)
        {
            // While it waited for the next try.
            outcome = new StepOutcome.Interrupted();
        }

        await RecordAsync(step, outcome);
        return outcome;
    }

    private async Task<StepOutcome> TryAsync(Step step, StepContext context, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await ActAsync(handlers[step.GetType()], step, context, attempt, cancellationToken);
        }
        catch (Exception exception) when (exception is not JournalFailedException)
        {
            // Once a step is cut off, whatever it throws is the cut.
            var isCut = cancellationToken.IsCancellationRequested || (exception is OperationCanceledException && context.Stopping.IsCancellationRequested);
            return isCut ? new StepOutcome.Interrupted() : StepFailures.Translate(step, exception);
        }
    }

    private async Task<StepOutcome> ActAsync(IStepHandler handler, Step step, StepContext context, int attempt, CancellationToken cancellationToken)
    {
        var observation = await handler.ObserveAsync(step, context, cancellationToken);
        if (observation.IsDone)
        {
            await journal.FoundDoneAsync(step, observation.Finding);
            events.Publish(new StepFoundDone(step, observation.Finding) { At = clock.GetUtcNow() });
            return new StepOutcome.Done();
        }

        var started = clock.GetTimestamp();
        await journal.BegunAsync(step);
        events.Publish(new StepStarted(step, attempt) { At = clock.GetUtcNow() });
        var result = await handler.ActAsync(step, context, cancellationToken);
        await handler.VerifyAsync(step, context, cancellationToken);
        await journal.DoneAsync(step, result);
        events.Publish(new StepDone(step, result, clock.GetElapsedTime(started)) { At = clock.GetUtcNow() });
        return new StepOutcome.Done();
    }

    private async Task RecordAsync(Step step, StepOutcome outcome)
    {
        if (outcome is StepOutcome.Failed failed)
        {
            await journal.FailedAsync(step, failed.Cause);
            events.Publish(new StepFailed(step, failed.Cause) { At = clock.GetUtcNow() });
        }
        else if (outcome is StepOutcome.Interrupted)
        {
            await journal.InterruptedAsync(step);
            events.Publish(new StepInterrupted(step) { At = clock.GetUtcNow() });
        }
    }

    private ResiliencePipeline<StepOutcome> Pipeline(Step step, RetryBudget budget)
    {
        var builder = new ResiliencePipelineBuilder<StepOutcome> { TimeProvider = clock };
        builder.AddRetry(new RetryStrategyOptions<StepOutcome>
        {
            // The budget ends it.
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = retry.Delay,
            MaxDelay = retry.MaxDelay,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is StepOutcome.Failed failed && budget.Spend(failed.FailureClass)),
            OnRetry = arguments =>
            {
                var cause = ((StepOutcome.Failed)arguments.Outcome.Result!).Cause;
                events.Publish(new StepRetrying(step, cause, arguments.AttemptNumber + 2, arguments.RetryDelay) { At = clock.GetUtcNow() });
                return ValueTask.CompletedTask;
            },
        });
        return builder.Build();
    }
}
