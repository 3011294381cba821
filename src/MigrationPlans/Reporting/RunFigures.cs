using MigrationPlans.Execution;

namespace MigrationPlans.Reporting;

/// <summary>Puts a run's figures and outcomes into words.</summary>
public static class RunFigures
{
    public static string Describe(StepProgress progress) => Join(Counts(progress), Bytes(progress.BytesDone, progress.BytesTotal), progress.Activity);

    /// <summary>For a line that may be cut: what says most comes first.</summary>
    public static string Describe(DatabaseProgress database) => database switch
    {
        { Wait.Length: > 0 } => database.Wait,
        { Figures: { } figures } => Join(Bytes(figures.BytesDone, figures.BytesTotal), Pace(database), Counts(figures), figures.Activity),
        _ => "",
    };

    /// <summary>What has arrived of how much; empty as long as neither is known.</summary>
    public static string Bytes(IReadOnlyCollection<DatabaseProgress> databases) =>
        Bytes(databases.Sum(database => database.Figures?.BytesDone ?? 0), databases.Sum(database => database.Figures?.BytesTotal ?? 0));

    private static string Bytes(long done, long total) =>
        done <= 0 && total <= 0 ? "" : $"{HumanUnits.Bytes(done)} of about {HumanUnits.Bytes(Math.Max(total, done))}";

    private static string Counts(StepProgress progress) => Join(
        progress.TablesTotal > 0 ? $"{progress.TablesDone} of {HumanUnits.Count(progress.TablesTotal, "table")}" : "",
        progress.IndexesTotal > 0 ? $"{progress.IndexesDone} of {HumanUnits.Count(progress.IndexesTotal, "index", "indexes")}" : "");

    private static string Pace(DatabaseProgress database) => database.HasEnded || database.BytesPerSecond <= 0
        ? ""
        : Join($"{HumanUnits.Bytes((long)database.BytesPerSecond)}/s", database.Remaining is { } remaining ? $"{HumanUnits.Duration(remaining)} left" : "");

    private static string Join(params IEnumerable<string> parts) => string.Join(", ", parts.Where(part => part.Length > 0));

    public static string Describe(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Completed => "done",
        RunOutcome.NothingToDo => "nothing to do",
        RunOutcome.SomeFailed => "some databases failed",
        RunOutcome.AllFailed => "failed",
        RunOutcome.Interrupted => "stopped",
        _ => "source and target differ",
    };
}
