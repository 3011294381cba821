namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6: filling materialized views.</summary>
public static class MaterializedViewDiagnostics
{
    private static readonly DiagnosticDescriptor ViewNotFilledDescriptor = new(
        "MP6240", Severity.Error, "a materialized view can't be filled",
        """
        A materialized view that holds rows on the source is filled on the target by its query, in the name of its owner. The server refuses: the
        query fails on rows that came later (a division by zero), and refreshing it on the source would fail too; or its owner may not use what it names. What
        tables the owner lacks, the run lends to it (MP6330), but no functions, no schemas, and nothing that the login has no rights to give.
        Mend the view or its tables on both sides, or leave its rows behind: then it is there, and holds nothing.
        """);

    private static readonly DiagnosticDescriptor ReadingLentDescriptor = new(
        "MP6330", Severity.Warning, "a materialized view was filled with a right that its owner does not have",
        """
        A materialized view is filled in the name of its owner, which may not read what the query names: it lost the right on the source after the view was made there, or has it there
        as a member of a role that the target had before, where nobody made it one. For the moment of filling the run gave it the right to read, and took it
        back in the same transaction. The rows are there; but nobody can refresh the view before its owner may read.
        """);

    public static Diagnostic ViewNotFilled(string view, string sqlState, string message, string? detail) => new()
    {
        Descriptor = ViewNotFilledDescriptor,
        Message = $"materialized view {view} can't be filled: {message} (SQLSTATE {sqlState})",
        Detail = detail,
        Subject = $"materialized view {view}",
        Help =
            $"mend it on both sides and run the same command again; or roll back and write `exclude: {{ tableData: [{view}] }}`, which leaves its rows behind",
    };

    /// <param name="reader">Quoted, as <paramref name="relation"/>.</param>
    public static Diagnostic ReadingLent(string view, string reader, string relation) => new()
    {
        Descriptor = ReadingLentDescriptor,
        Message = $"materialized view {view} was filled, but {reader} may not read {relation}: the next refresh will fail",
        Subject = $"materialized view {view}",
        Help = $"on the target: GRANT SELECT ON {relation} TO {reader}; or make it a member of the role that has the right",
    };
}
