using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;

namespace MigrationPlans.Reporting;

/// <summary>
/// Verification reports for people: one line a database, one a difference. Of thousands of one kind the first, which
/// the JSON view has all of.
/// </summary>
public sealed class VerificationTextView(StyledWriter writer)
{
    private const int Shown = 50;

    public void Write(VerificationReport report)
    {
        var (outcome, style) = report switch
        {
            { IsEqual: false } => ("different ", TextStyle.Bad),
            { IsComplete: false } => ("not all   ", TextStyle.Warning),
            _ => ("equal     ", TextStyle.Good),
        };
        writer.Write(outcome, style)
            .Write($"{report.From} → {report.To}", TextStyle.Heading)
            .WriteLine($"  {HumanUnits.Count(report.Tables.Length, "table")}, {HumanUnits.Count(report.Rows, "row")}, {Level(report.Level)}");
        // Those whose rows differ are never behind thousands that are absent, which the objects list too.
        WriteTables([.. report.Tables.Where(table => !table.IsEqual).OrderBy(table => table.TargetRows < 0)]);
        WriteFirst(
            report.NotCompared,
            "not compared",
            TextStyle.Warning,
            unread => $"{(unread.IsSequence ? "position" : "rows")} of {unread.Schema}.{unread.Name} not compared: {unread.Reason}");
        foreach (var kind in report.LeftOut.GroupBy(left => left.Kind, StringComparer.Ordinal))
        {
            WriteFirst(
                [.. kind],
                $"{kind.Key}, left out",
                TextStyle.Warning,
                left => $"{left.Kind} {left.Name} left out: {Value(left.Source)} on the source, {Value(left.Target)} on the target; {left.Reason}");
        }

        foreach (var kind in report.Differences.GroupBy(difference => difference.Kind, StringComparer.Ordinal))
        {
            WriteFirst(
                [.. kind],
                kind.Key,
                TextStyle.Bad,
                difference => $"{difference.Kind} {difference.Name}: {Value(difference.Source)} on the source, {Value(difference.Target)} on the target");
        }
    }

    public void Write(InstanceVerification report)
    {
        writer.Write(report.IsEqual ? "equal     " : "different ", report.IsEqual ? TextStyle.Good : TextStyle.Bad)
            .Write($"{report.From} → {report.Instance}", TextStyle.Heading)
            .WriteLine(report.Exists
                ? $"  {report.Facts}; compared with {report.ComparedWith}"
                : $"  the new instance is not there{(report.Facts.Length > 0 ? $": {report.Facts}" : "")}");
        foreach (var difference in report.Differences)
        {
            writer.WriteLine($"  {difference}", TextStyle.Bad);
        }
    }

    /// <summary>One line over everything.</summary>
    public void WriteSummary(IReadOnlyCollection<VerificationReport> reports, IReadOnlyCollection<InstanceVerification> instances, int failed)
    {
        var different = reports.Count(report => !report.IsEqual) + instances.Count(instance => !instance.IsEqual);
        var partly = reports.Count(report => report is { IsEqual: true, IsComplete: false });
        failed += partly;
        var text = $"Verification: {reports.Count + instances.Count - different - partly} equal, {different} different, {failed} not comparable{(partly > 0 ? " as a whole" : "")}; "
            + string.Join(", ", Totals(reports, instances)) + ".";
        writer.WriteLine(text, different + failed == 0 ? TextStyle.Good : TextStyle.Bad);
    }

    private static IEnumerable<string> Totals(IReadOnlyCollection<VerificationReport> reports, IReadOnlyCollection<InstanceVerification> instances)
    {
        if (reports.Count > 0 || instances.Count == 0)
        {
            yield return HumanUnits.Count(reports.Sum(report => report.Tables.Length), "table");
            yield return HumanUnits.Count(reports.Sum(report => report.Rows), "row");
        }

        if (instances.Count > 0)
        {
            yield return HumanUnits.Count(instances.Count, "instance");
        }
    }

    private void WriteTables(List<TableComparison> tables)
    {
        if (tables.Count == 0)
        {
            return;
        }

        var rows = tables.Select(table => (
            Name: $"{table.Schema}.{table.Name}",
            Source: HumanUnits.Count(table.SourceRows),
            Target: table.TargetRows < 0 ? "absent" : HumanUnits.Count(table.TargetRows),
            Remark: RowDifferencesText.Describe(table))).ToList();
        var seen = rows.Take(Shown).ToList();
        var name = seen.Max(row => row.Name.Length);
        var source = Math.Max("source".Length, seen.Max(row => row.Source.Length));
        var target = Math.Max("target".Length, seen.Max(row => row.Target.Length));
        writer.WriteLine($"  {"table".PadRight(name)}  {"source".PadLeft(source)}  {"target".PadLeft(target)}", TextStyle.Faint);
        WriteFirst(
            rows,
            "tables",
            TextStyle.Bad,
            row => $"{row.Name.PadRight(name)}  {row.Source.PadLeft(source)}  {row.Target.PadLeft(target)}  {row.Remark}".TrimEnd());
    }

    /// <param name="what">They are, for the line that counts the others.</param>
    private void WriteFirst<T>(IReadOnlyCollection<T> all, string what, TextStyle style, Func<T, string> describe)
    {
        foreach (var item in all.Take(Shown))
        {
            writer.WriteLine($"  {describe(item)}", style);
        }

        if (all.Count > Shown)
        {
            writer.WriteLine($"  … and {HumanUnits.Count(all.Count - Shown)} more ({what}); `verify --format json` has all", style);
        }
    }

    /// <summary>Of some objects there is no more to say than that they are there.</summary>
    private static string Value(string? value) => value switch { null => "absent", "" => "present", _ => value };

    private static string Level(VerificationLevel level) => level switch
    {
        VerificationLevel.Checksums => "counts and checksums",
        VerificationLevel.Counts => "counts",
        _ => "nothing compared",
    };
}
