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
        var answered = since;
        var delay = settings.FirstDelay;
        while (true)
        {
            var seen = await LookAsync(look);
            if (seen is { Failure: null, Resource: null })
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
                throw Failed(
                    SnapshotDiagnostics.TooLong(what, identifier, region, seen.Resource?.Status ?? "unanswered", waited, seen.Failure),
                    FailureClass.Permanent);
            }

            answered = seen.Failure is null ? context.Clock.GetTimestamp() : answered;
            Publish(
                step,
                context,
                Describe(seen.Resource, waited)
                    ?? $"{what} {identifier} in {region}: no answer for {context.Clock.GetElapsedTime(answered).TotalMinutes:0} min: {seen.Failure!.Message}");
            await Task.Delay(delay, context.Clock, stop.Token);
            delay = delay * Growth < settings.LongestDelay ? delay * Growth : settings.LongestDelay;
        }
    }

    /// <summary>One look that fails for a passing reason does not end a wait of hours; the timeout does.</summary>
    private static async Task<(RdsResource? Resource, Diagnostic? Failure)> LookAsync(Func<Task<RdsResource?>> look)
    {
        try
        {
            return (await look(), null);
        }
        catch (DiagnosticException exception) when (exception.IsTransient)
        {
            return (null, exception.Diagnostic);
        }
    }

    private static string? Describe(RdsResource? seen, TimeSpan waited) => seen is null
        ? null
        : $"{seen.What} {seen.Identifier} in {seen.Region}: {seen.Status}{(seen.Percent is { } value ? $", {value} %" : "")}, {waited.TotalMinutes:0} min";

    private static void Publish(Step step, StepContext context, string activity) =>
        context.Events.Publish(new StepProgressed(step, new StepProgress(activity, 0, 0, 0, 0, 0, 0, 0)) { At = context.Clock.GetUtcNow() });

    private static StepFailedException Failed(Diagnostic diagnostic, FailureClass failureClass) => new(diagnostic, failureClass);
}
