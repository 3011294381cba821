namespace MigrationPlans.Inspection;

/// <summary>A column with values that no server takes in, or with rows of a server's own catalog, which those of other versions may not take in.</summary>
/// <param name="Type">As the server prints it.</param>
public sealed record ClosedColumn(string Schema, string Table, string Column, string Type)
{
    /// <summary>The catalog or view whose rows they are: <c>pg_catalog.pg_locks</c>; null for values that no server takes in.</summary>
    public string? RowType { get; init; }

    /// <summary>Its columns, with their types, on the source.</summary>
    public string RowColumns { get; init; } = "";

    /// <summary>A value was seen. False where one may be within arrays or other rows, or beyond what was looked at.</summary>
    public bool IsSeen { get; init; }
}
