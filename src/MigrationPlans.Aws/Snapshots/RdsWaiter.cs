using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>Looks again and again until a resource is available. Stopping is safe at any moment: the operation goes on at AWS.</summary>
internal sealed class RdsWaiter(WaitSettings settings)
{
    private const double Growth = 1.5;

    /// <param name="look">Null: the resource is not there.</param>
    /// <exception cref="StepFailedException">It failed, disappeared, or took too long.</exception>
    /// <exception cref="OperationCanceledException">The run was asked to stop.</exception>
    public async Task WaitAsync(
        Step step, StepContext context, string what, string identifier, string region, Func<Task<RdsResource?>> look, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Stopping, cancellationToken);
        var since = context.Clock.GetTimestamp();
        var delay = settings.FirstDelay;
        while (true)
        {
            var seen = await LookAsync(look);
            if (seen is { Answered: true, Resource: null })
            {
                throw Failed(SnapshotDiagnostics.Gone(what, identifier, region), FailureClass.Permanent);
            }

            if (seen.Resource is { IsAvailable: true })
            {
                return;
            }

            if (seen.Resource is { HasFailed: true } failed)
            {
                throw Failed(SnapshotDiagnostics.EndedBadly(what, identifier, region, failed.Status), FailureClass.Permanent);
            }

            var waited = context.Clock.GetElapsedTime(since);
            if (waited >= settings.Timeout)
            {
                throw Failed(SnapshotDiagnostics.TooLong(what, identifier, region, seen.Resource?.Status ?? "unanswered", waited), FailureClass.Permanent);
            }

            Publish(step, context, seen.Resource, waited);
            await Task.Delay(delay, context.Clock, stop.Token);
            delay = delay * Growth < settings.LongestDelay ? delay * Growth : settings.LongestDelay;
        }
    }

    /// <summary>One look that fails for a passing reason does not end a wait of hours; the timeout does.</summary>
    private static async Task<(bool Answered, RdsResource? Resource)> LookAsync(Func<Task<RdsResource?>> look)
    {
        try
        {
            return (true, await look());
        }
        catch (DiagnosticException exception) when (exception.IsTransient)
        {
            return (false, null);
        }
    }

    private static void Publish(Step step, StepContext context, RdsResource? seen, TimeSpan waited)
    {
        if (seen is not null)
        {
            var percent = seen.Percent is { } value ? $", {value} %" : "";
            var activity = $"{seen.What} {seen.Identifier} in {seen.Region}: {seen.Status}{percent}, {waited.TotalMinutes:0} min";
            context.Events.Publish(new StepProgressed(step, new StepProgress(activity, 0, 0, 0, 0, 0, 0, 0)) { At = context.Clock.GetUtcNow() });
        }
    }

    private static StepFailedException Failed(Diagnostic diagnostic, FailureClass failureClass) => new(diagnostic, failureClass);
}
