using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Reporting;

/// <summary>Where a database stands at one moment of a run.</summary>
/// <param name="Step">The kind of the step under way, or how the database ended.</param>
/// <param name="Remaining">Until the copy is through, at the present rate; null when it can't be told.</param>
public sealed record DatabaseProgress(
    string Address, int StepsDone, int StepsTotal, string Step, TextStyle Style, StepProgress? Figures, double BytesPerSecond, TimeSpan? Remaining)
{
    /// <summary>What it has waited for longer than usual; empty for nothing.</summary>
    public string Wait { get; init; } = "";

    public bool IsWaiting => Style == TextStyle.Faint;

    public bool HasEnded => Style is TextStyle.Good or TextStyle.Bad;
}

/// <summary>Adds events up to where each database stands, for a live view.</summary>
public sealed class RunProgress(TimeProvider clock) : IRunEvents
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Row> rows = new(StringComparer.Ordinal);
    private ImmutableArray<string> order = [];

    public void Publish(RunEvent runEvent)
    {
        lock (gate)
        {
            Add(runEvent);
        }
    }

    /// <summary>In the plan's order.</summary>
    public ImmutableArray<DatabaseProgress> Snapshot()
    {
        lock (gate)
        {
            return [.. order.Select(address => rows[address].Describe(clock.GetUtcNow()))];
        }
    }

    private void Add(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunStarted started:
                Begin(started.Plan, started.DoneBefore);
                break;
            case StepStarted started:
                RowOf(started.Step)?.Start(started.Step.Kind, started.At);
                break;
            case StepFoundDone found:
                RowOf(found.Step)?.Finish(found.Step.Id);
                break;
            case StepDone done:
                RowOf(done.Step)?.Finish(done.Step.Id);
                break;
            case StepRetrying retrying:
                RowOf(retrying.Step)?.Mark($"{retrying.Step.Kind}: waits for try {retrying.Attempt}", TextStyle.Warning);
                break;
            case StepFailed failed:
                RowOf(failed.Step)?.Mark($"{failed.Step.Kind} failed", TextStyle.Bad);
                break;
            case StepInterrupted interrupted:
                RowOf(interrupted.Step)?.Mark($"{interrupted.Step.Kind} stopped", TextStyle.Warning);
                break;
            case StepWaits waits:
                RowOf(waits.Step)?.Wait(waits.Wait.ToString());
                break;
            case StepProgressed progressed:
                RowOf(progressed.Step)?.Progress(progressed.Progress);
                break;
        }
    }

    private void Begin(MigrationPlan plan, ImmutableHashSet<string> doneBefore)
    {
        order = [.. plan.Databases
            .Select(database => database.Address)
            .Concat(plan.Steps.OfType<InstanceStep>().Select(step => step.Database))
            .Distinct(StringComparer.Ordinal)];
        var stepsOf = PlanActions.ByDatabase(plan);
        foreach (var address in order)
        {
            var steps = stepsOf[address].Select(step => step.Id).ToList();
            rows[address] = new Row(address, steps.Count, steps.Where(doneBefore.Contains));
        }
    }

    private Row? RowOf(Step step) => rows.GetValueOrDefault(step.Database);

    private sealed class Row
    {
        private readonly string address;
        private readonly int stepsTotal;
        private readonly HashSet<string> stepsDone;
        private string step = "waits";
        private TextStyle style = TextStyle.Faint;
        private StepProgress? figures;
        private string wait = "";
        private DateTimeOffset startedAt;

        public Row(string address, int stepsTotal, IEnumerable<string> doneBefore)
        {
            (this.address, this.stepsTotal, stepsDone) = (address, stepsTotal, doneBefore.ToHashSet(StringComparer.Ordinal));
            EndIfDone();
        }

        public void Start(string kind, DateTimeOffset at)
        {
            (step, style, startedAt, figures, wait) = (kind, TextStyle.Changed, at, null, "");
        }

        /// <summary>One that was done before may be looked at again.</summary>
        public void Finish(string id)
        {
            stepsDone.Add(id);
            wait = "";
            EndIfDone();
        }

        public void Mark(string text, TextStyle newStyle) => (step, style, wait) = (text, newStyle, "");

        public void Wait(string what) => (wait, style) = (what, TextStyle.Warning);

        public void Progress(StepProgress progress) => (figures, wait, style) = (progress, "", TextStyle.Changed);

        public DatabaseProgress Describe(DateTimeOffset now)
        {
            var seconds = (now - startedAt).TotalSeconds;
            var rate = figures is null || seconds <= 0 ? 0 : figures.BytesDone / seconds;
            var left = figures is null ? 0 : figures.BytesTotal - figures.BytesDone;
            var remaining = rate > 0 && left > 0 ? TimeSpan.FromSeconds(Math.Min(left / rate, TimeSpan.FromDays(365).TotalSeconds)) : (TimeSpan?)null;
            return new DatabaseProgress(address, stepsDone.Count, stepsTotal, step, style, figures, rate, remaining) { Wait = wait };
        }

        private void EndIfDone()
        {
            if (stepsDone.Count == stepsTotal)
            {
                (step, style) = ("done", TextStyle.Good);
            }
        }
    }
}
