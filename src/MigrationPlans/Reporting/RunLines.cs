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
    private readonly WaitRhythm waits = new();

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
        RunStarted started => (
            $"{started.Plan.Name}: {HumanUnits.Count(started.StepsLeft, "step")} to do{(started.IsResumed ? ", going on where the last run stopped" : "")}",
            TextStyle.Heading),
        StepStarted started => ($"{started.Step.Id} started{(started.Attempt > 1 ? $", try {started.Attempt}" : "")}", TextStyle.Plain),
        StepFoundDone found => ($"{found.Step.Id} was done already: {found.Finding}", TextStyle.Faint),
        StepDone done => ($"{done.Step.Id} done in {HumanUnits.Duration(done.Elapsed)}: {done.Result.Summary}", TextStyle.Good),
        StepRetrying retrying =>
            ($"{retrying.Step.Id} will be tried again in {HumanUnits.Duration(retrying.Delay)}: {retrying.Cause.Message}", TextStyle.Warning),
        StepFailed failed => ($"{failed.Step.Id} failed: {failed.Cause.Code} {failed.Cause.Message}", TextStyle.Bad),
        StepSkipped skipped => ($"{skipped.Step.Id} skipped, because {skipped.BecauseOf} failed", TextStyle.Faint),
        StepInterrupted interrupted => ($"{interrupted.Step.Id} stopped", TextStyle.Warning),
        StepProgressed progressed => IsDue(progressed) ? ($"{progressed.Step.Id} {RunFigures.Describe(progressed.Progress)}", TextStyle.Plain) : null,
        StepWaits { Step.Id: var id, Wait: var wait } => waits.IsDue(id, wait) ? ($"{id} waits: {wait}", TextStyle.Warning) : null,
        RunEnded ended => ($"{RunFigures.Describe(ended.Outcome)} after {HumanUnits.Duration(ended.Elapsed)}", TextStyle.Heading),
        _ => null,
    };

    private bool IsDue(StepProgressed progressed)
    {
        var last = lastProgress.GetOrAdd(progressed.Step.Id, progressed.At);
        return progressed.At - last >= ProgressEvery && lastProgress.TryUpdate(progressed.Step.Id, progressed.At, last);
    }
}
