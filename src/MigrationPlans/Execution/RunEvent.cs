using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Planning;

namespace MigrationPlans.Execution;

/// <summary>Something that happened during a run; Reporting turns it into lines or a live view. Holds no secret.</summary>
public abstract record RunEvent
{
    public required DateTimeOffset At { get; init; }
}

public sealed record RunStarted(MigrationPlan Plan, int StepsLeft, bool IsResumed) : RunEvent
{
    /// <summary>Ids of the steps that an earlier run has done.</summary>
    public ImmutableHashSet<string> DoneBefore { get; init; } = [];
}

public sealed record StepStarted(Step Step, int Attempt) : RunEvent;

/// <summary>The step's effect was there already; nothing was done.</summary>
public sealed record StepFoundDone(Step Step, string Finding) : RunEvent;

public sealed record StepDone(Step Step, StepResult Result, TimeSpan Elapsed) : RunEvent;

public sealed record StepRetrying(Step Step, Diagnostic Cause, int Attempt, TimeSpan Delay) : RunEvent;

public sealed record StepFailed(Step Step, Diagnostic Cause) : RunEvent;

/// <summary>A step it depends on failed, so it was not tried.</summary>
public sealed record StepSkipped(Step Step, string BecauseOf) : RunEvent;

public sealed record StepInterrupted(Step Step) : RunEvent;

/// <summary>A unit of work inside a step ended: a table, a chunk, an index. Figures are totals of the step so far.</summary>
public sealed record StepProgressed(Step Step, StepProgress Progress) : RunEvent;

/// <summary>A server has not been heard of for long, which may be right. Told again and again while it lasts.</summary>
public sealed record StepWaits(Step Step, LongWait Wait) : RunEvent;

/// <param name="Connection">The one on which nothing comes.</param>
/// <param name="Finding">What the server says of it: <c>is at work (create index on public.orders, building index: scanning table, 45 %)</c>.</param>
public sealed record LongWait(string Connection, TimeSpan Lasted, string Finding)
{
    /// <summary>When it began, by whatever clock: tells it from the next on the same connection.</summary>
    public long Began { get; init; }

    public override string ToString() => $"nothing from {Connection} for {Counts.Time(Lasted)}; the server {Finding}";
}

public sealed record RunEnded(RunOutcome Outcome, TimeSpan Elapsed) : RunEvent;

/// <param name="Activity">What just ended or is under way: <c>public.orders</c>, <c>index orders_pkey</c>.</param>
/// <param name="BytesTotal">Estimated; heap and TOAST of the tables to copy.</param>
public sealed record StepProgress(
    string Activity, int TablesDone, int TablesTotal, long RowsDone, long BytesDone, long BytesTotal, int IndexesDone, int IndexesTotal);

public enum RunOutcome
{
    Completed,
    NothingToDo,
    SomeFailed,
    AllFailed,
    Interrupted,
    Differences,
}

/// <summary>Takes events; must return at once and never throw. Called from many threads.</summary>
public interface IRunEvents
{
    void Publish(RunEvent runEvent);
}
