using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Checks;

/// <summary>Columns with values that the target does not take in.</summary>
internal static class ClosedColumnChecks
{
    private enum Answer
    {
        Taken,
        Unsure,
        Refused,
    }

    /// <summary>Of several findings about a column the surest one.</summary>
    public static IEnumerable<Diagnostic> Check(MappingFacts facts) => facts.Source.ClosedColumns
        .Where(column => facts.Filter.PicksRows(column.Schema, column.Table) && facts.Picked.Keeps(column.Schema, column.Table))
        .Select(column => (Column: column, Answer: Ask(facts, column)))
        .Where(found => found.Answer != Answer.Taken)
        .GroupBy(found => (found.Column.Schema, found.Column.Table, found.Column.Column))
        .Select(findings => findings.MaxBy(found => found.Answer))
        .Select(found => found.Answer == Answer.Refused
            ? CompletenessDiagnostics.ClosedColumn(
                facts.Address, Name(found.Column), found.Column.Column, found.Column.Type, found.Column.RowType, facts.At("from"))
            : CompletenessDiagnostics.DoubtfulColumn(
                facts.Address, Name(found.Column), found.Column.Column, found.Column.Type, found.Column.RowType, facts.At("from")));

    private static Answer Ask(MappingFacts facts, ClosedColumn column)
    {
        var known = column.IsSeen ? Answer.Refused : Answer.Unsure;
        if (column.RowType is not { } type)
        {
            return known;
        }

        if (facts.SourceServer.MajorVersion == facts.TargetServer.MajorVersion)
        {
            return Answer.Taken;
        }

        // Values go by position: as many columns of other names or types may do.
        return !facts.TargetServer.RowTypes.TryGetValue(type, out var there) ? Answer.Unsure
            : there == column.RowColumns ? Answer.Taken
            : Count(there) == Count(column.RowColumns) ? Answer.Unsure
            : known;
    }

    private static int Count(string columns) => columns.Length == 0 ? 0 : columns.Split(", ").Length;

    private static string Name(ClosedColumn column) => $"{column.Schema}.{column.Table}";
}
