using System.Globalization;
using System.Text.Json;
using MigrationPlans.Planning.Steps;
using MigrationPlans.State;

namespace MigrationPlans.Reporting;

/// <summary>A run's status for people, and as JSON.</summary>
public static class RunStatusView
{
    private static readonly string[] TellingKinds =
    [
        CopyDataStep.KindName, DumpArchiveStep.KindName, RestoreArchiveStep.KindName, VerifyStep.KindName,
        CreateSnapshotStep.KindName, CopySnapshotStep.KindName, RestoreInstanceStep.KindName, VerifyInstanceStep.KindName,
    ];

    public static string ToJson(RunStatusReport status) => JsonSerializer.Serialize(status, ReportJson.RunStatus);

    /// <param name="withSteps">Every step, not only what each database comes to.</param>
    public static void Write(StyledWriter writer, RunStatusReport status, bool withSteps)
    {
        writer.Write(status.Name, TextStyle.Heading).WriteLine($": {Describe(status)}");
        if (status.RunningBy is { } holder)
        {
            writer.WriteLine($"  held by {holder}", TextStyle.Changed);
        }

        if (status.ManifestChanged)
        {
            writer.WriteLine("  the manifest was changed since", TextStyle.Warning);
        }

        if (status.Only is { } only)
        {
            writer.WriteLine(
                only.IsEmpty
                    ? "  nothing of the plan is left; `apply` plans anew"
                    : $"  the plan is of {NameList.Of(only)} alone; `apply` without `--target` plans the rest",
                TextStyle.Warning);
        }

        foreach (var database in status.Databases)
        {
            writer.WriteLine();
            WriteDatabase(writer, database, withSteps);
            foreach (var archive in status.Resources
                .Concat(status.Earlier ?? [])
                .Where(resource => resource.Kind == "archive" && resource.Step.StartsWith($"{database.Database}:", StringComparison.Ordinal)))
            {
                writer.WriteLine($"      archive {archive.Name}", TextStyle.Faint);
            }
        }
    }

    private static void WriteDatabase(StyledWriter writer, DatabaseStatus database, bool withSteps)
    {
        var (word, style) = Mark(database.Status);
        var elapsed = database.Elapsed is { } time ? $" in {HumanUnits.Duration(time)}" : "";
        var count = database.Status == StepStatus.Done || database.Steps.IsEmpty
            ? ""
            : $", {database.Done} of {HumanUnits.Count(database.Steps.Length, "step")} done";
        writer.Write($"  {database.Database}  ", TextStyle.Heading).WriteLine($"{word}{elapsed}{count}", style);
        foreach (var step in database.Steps.Where(step => withSteps || IsTelling(step)))
        {
            WriteStep(writer, step);
        }
    }

    private static void WriteStep(StyledWriter writer, StepState step)
    {
        var (word, style) = Mark(step.Status);
        var kind = KindOf(step);
        var told = step.Status == StepStatus.Done ? step.Summary : step.Problem?.Message;
        var elapsed = step is { Status: StepStatus.Done, StartedAt: { } start, EndedAt: { } end } && end > start
            ? $" in {HumanUnits.Duration(end - start)}"
            : "";
        writer.Write($"    {kind,-19} ").Write(word + elapsed, style).WriteLine(string.IsNullOrEmpty(told) ? "" : $"  {told}");
        foreach (var note in step.Notes)
        {
            writer.WriteLine($"      note {note}", TextStyle.Warning);
        }

        if (step.Problem?.Help is { } help)
        {
            writer.WriteLine($"      help: {help}", TextStyle.Faint);
        }
    }

    /// <summary>What a summary shows of a step: failures, notes, and the steps with figures or long waits.</summary>
    private static bool IsTelling(StepState step) =>
        step.Status is StepStatus.Failed or StepStatus.Interrupted or StepStatus.Running
        || !step.Notes.IsEmpty
        || (step.Status == StepStatus.Done && TellingKinds.Contains(KindOf(step)));

    private static string KindOf(StepState step) => step.Id[(step.Id.LastIndexOf(':') + 1)..];

    private static string Count(int all, int instances) => (all - instances, instances) switch
    {
        (_, 0) => HumanUnits.Count(all, "database"),
        (0, _) => HumanUnits.Count(instances, "instance"),
        var (databases, _) => $"{HumanUnits.Count(databases, "database")} and {HumanUnits.Count(instances, "instance")}",
    };

    private static string Describe(RunStatusReport status)
    {
        var done = status.Databases.Count(database => database.Status == StepStatus.Done);
        var when = status.UpdatedAt is { } at ? string.Create(CultureInfo.InvariantCulture, $", last change {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC") : "";
        return status.Status switch
        {
            "none" => "nothing was applied yet",
            "finished" => $"finished, {Count(status.Databases.Length, status.Databases.Count(database => database.IsInstance))}{when}",
            "rolling-back" => $"{DescribeRollback(status)} left to take back{when}",
            "rolled-back" => $"rolled back{when}",
            _ => $"unfinished, {done} of {Count(status.Databases.Length, status.Databases.Count(database => database.IsInstance))} done{when}",
        };
    }

    private static string DescribeRollback(RunStatusReport status) => status.TakingBack is { } part
        ? $"rollback of {NameList.Of(part)} begun, {HumanUnits.Count(status.Resources.Count(resource => part.Contains(RunState.AddressOf(resource.Step))), "resource")}"
        : $"rollback begun, {HumanUnits.Count(status.Resources.Length, "resource")}";

    private static (string Word, TextStyle Style) Mark(StepStatus status) => status switch
    {
        StepStatus.Done => ("done", TextStyle.Good),
        StepStatus.Running => ("under way", TextStyle.Changed),
        StepStatus.Failed => ("failed", TextStyle.Bad),
        StepStatus.Skipped => ("skipped", TextStyle.Faint),
        StepStatus.Interrupted => ("stopped", TextStyle.Warning),
        _ => ("to do", TextStyle.Faint),
    };
}
