using MigrationPlans.Execution;

namespace MigrationPlans.Reporting;

/// <summary>Puts a run's figures and outcomes into words.</summary>
public static class RunFigures
{
    public static string Describe(StepProgress progress)
    {
        var parts = new List<string>();
        if (progress.TablesTotal > 0)
        {
            parts.Add($"{progress.TablesDone} of {HumanUnits.Count(progress.TablesTotal, "table")}");
        }

        if (progress.IndexesTotal > 0)
        {
            parts.Add($"{progress.IndexesDone} of {HumanUnits.Count(progress.IndexesTotal, "index", "indexes")}");
        }

        if (progress.BytesTotal > 0 || progress.BytesDone > 0)
        {
            parts.Add($"{HumanUnits.Bytes(progress.BytesDone)} of about {HumanUnits.Bytes(Math.Max(progress.BytesTotal, progress.BytesDone))}");
        }

        if (progress.Activity.Length > 0)
        {
            parts.Add(progress.Activity);
        }

        return string.Join(", ", parts);
    }

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
