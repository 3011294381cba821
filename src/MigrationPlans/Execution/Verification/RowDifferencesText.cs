using System.Collections.Immutable;

namespace MigrationPlans.Execution.Verification;

/// <summary>In what a table differs, in one line.</summary>
public static class RowDifferencesText
{
    /// <summary>Empty for a table of which no more is known than its two counts.</summary>
    public static string Describe(TableComparison table) => string.Join(
        "; ",
        new[] { DescribeColumns(table), DescribeRows(table), table.IsStaleOnTarget ? "stale on the target" : "", DescribeUnknown(table) }
            .Where(text => text.Length > 0));

    private static string DescribeColumns(TableComparison table) =>
        table.LoneColumns.IsEmpty ? "" : $"on one side only: {string.Join(", ", table.LoneColumns)}";

    private static string DescribeUnknown(TableComparison table) => table.RowsUnknown is { } reason ? $"which rows is not known: {reason}" : "";

    private static string DescribeRows(TableComparison table)
    {
        if (table.Rows is not { } rows)
        {
            return table.SourceRows == table.TargetRows && !table.HasEqualRows ? "same count, other content" : "";
        }

        (string What, ImmutableArray<ImmutableArray<string>> Keys)[] kinds = [("missing", rows.Missing), ("extra", rows.Extra), ("changed", rows.Changed)];
        var found = kinds.Where(kind => kind.Keys.Length > 0).Select(kind => $"{kind.What} {string.Join(" ", kind.Keys.Select(Key))}");
        return $"({string.Join(", ", rows.KeyColumns)}) {string.Join("; ", found)}{(rows.IsComplete ? "" : "; and more")}";
    }

    private static string Key(ImmutableArray<string> values) => values.Length == 1 ? values[0] : $"({string.Join(", ", values)})";
}
