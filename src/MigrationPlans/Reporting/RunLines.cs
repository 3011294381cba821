using System.Collections.Concurrent;
using System.Globalization;
using MigrationPlans.Execution;

namespace MigrationPlans.Reporting;

/// <summary>A run as lines, one an event, for logs and pipes. Progress inside a step is thinned out.</summary>
public sealed class RunLines(TextWriter output, bool color) : IRunEvents
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly StyledWriter writer = new(output, color);
    private readonly ConcurrentDictionary<string, DateTimeOffset> lastProgress = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Step, string Connection), TimeSpan> lastWaits = new();

    public void Publish(RunEvent runEvent)
    {
        if (Describe(runEvent) is not var (text, style))
        {
            return;
        }

        lock (gate)
        {
            writer.Write(runEvent.At.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture), TextStyle.Faint).Write(" ").WriteLine(text, style);
        }
    }

    private (string Text, TextStyle Style)? Describe(RunEvent runEvent) => runEvent switch
    {
        RunStarted started => ($"{started.Plan.Name}: {HumanUnits.Count(started.StepsLeft, "step")} to do{(started.IsResumed ? ", going on where the last run stopped" : "")}", TextStyle.Heading),
        StepStarted started => ($"{started.Step.Id} started{(started.Attempt > 1 ? $", try {started.Attempt}" : "")}", TextStyle.Plain),
        StepFoundDone found => ($"{found.Step.Id} was done already: {found.Finding}", TextStyle.Faint),
        StepDone done => ($"{done.Step.Id} done in {HumanUnits.Duration(done.Elapsed)}: {done.Result.Summary}", TextStyle.Good),
        StepRetrying retrying => ($"{retrying.Step.Id} will be tried again in {HumanUnits.Duration(retrying.Delay)}: {retrying.Cause.Message}", TextStyle.Warning),
        StepFailed failed => ($"{failed.Step.Id} failed: {failed.Cause.Code} {failed.Cause.Message}", TextStyle.Bad),
        StepSkipped skipped => ($"{skipped.Step.Id} skipped, because {skipped.BecauseOf} failed", TextStyle.Faint),
        StepInterrupted interrupted => ($"{interrupted.Step.Id} stopped", TextStyle.Warning),
        StepProgressed progressed => IsDue(progressed) ? ($"{progressed.Step.Id} {RunFigures.Describe(progressed.Progress)}", TextStyle.Plain) : null,
        StepWaits waits => IsDue(waits) ? ($"{waits.Step.Id} waits: {waits.Wait}", TextStyle.Warning) : null,
        RunEnded ended => ($"{RunFigures.Describe(ended.Outcome)} after {HumanUnits.Duration(ended.Elapsed)}", TextStyle.Heading),
        _ => null,
    };

    /// <summary>The first time, and when it has lasted twice as long.</summary>
    private bool IsDue(StepWaits waits)
    {
        var last = lastWaits.GetValueOrDefault((waits.Step.Id, waits.Wait.Connection));
        var isDue = waits.Wait.Lasted < last || waits.Wait.Lasted >= 2 * last;
        if (isDue)
        {
            lastWaits[(waits.Step.Id, waits.Wait.Connection)] = waits.Wait.Lasted;
        }

        return isDue;
    }

    private bool IsDue(StepProgressed progressed)
    {
        var last = lastProgress.GetOrAdd(progressed.Step.Id, progressed.At);
        return progressed.At - last >= ProgressEvery && lastProgress.TryUpdate(progressed.Step.Id, progressed.At, last);
    }
}
