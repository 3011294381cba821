namespace MigrationPlans.PostgreSql.Verification;

/// <summary>A column as the row hash needs it.</summary>
/// <param name="IsBytea">Is <c>bytea</c>, or a domain over it: hashed by itself, since its text form is twice as long and may pass 1 GB.</param>
public sealed record RowHashColumn(string Name, bool IsBytea)
{
    /// <summary>Long values are hashed by themselves, as those of bytea are.</summary>
    internal bool IsShortened { get; init; }
}

/// <summary>
/// SQL for an order-free hash of all rows of a table, computed inside the server: the sum of a 64-bit hash of each row's text
/// form. Two tables with equal count and hash hold the same rows, but for a chance of one in 2^64. Compare only what sessions
/// of <see cref="Connections.PostgresConnector"/> computed: they pin the settings that text forms depend on.
/// </summary>
/// <remarks>hashtextextended: 11 and later, the same on every platform of one endianness and in every version so far.</remarks>
public static class RowHash
{
    /// <summary>Sum of the row hashes as text; <c>0</c> for no rows. An aggregate expression over the table's columns.</summary>
    public static string Aggregate(IEnumerable<RowHashColumn> columns) =>
        $"COALESCE(pg_catalog.sum(pg_catalog.hashtextextended({RowText(columns)}, 0)), 0)::pg_catalog.text";

    /// <summary>A query with one row: count (int8) and hash (text).</summary>
    /// <param name="table">Quoted, qualified; with <c>ONLY</c> before it where inheritance children shall not count.</param>
    /// <param name="columns">In the same order on both sides; generated columns included.</param>
    /// <param name="condition">What to hash; null for all rows.</param>
    public static string Select(string table, IEnumerable<RowHashColumn> columns, string? condition = null) =>
        $"SELECT pg_catalog.count(*), {Aggregate(columns)} FROM {table} AS t{(condition is null ? "" : $" WHERE {condition}")}";

    /// <summary>The same for tables with rows whose text passes 1 GB, the most that a server can hold in one piece: long values go by their digest.</summary>
    /// <remarks>Other sums than <see cref="Select"/>'s: both sides must use the same.</remarks>
    public static IEnumerable<RowHashColumn> Shortened(IEnumerable<RowHashColumn> columns) => columns.Select(column => column with { IsShortened = true });

    // The C collation: under a nondeterministic one, texts that differ may hash alike.
    private static string RowText(IEnumerable<RowHashColumn> columns) =>
        $"ROW({string.Join(", ", columns.Select(ColumnText))})::pg_catalog.text COLLATE pg_catalog.\"C\"";

    private static string ColumnText(RowHashColumn column)
    {
        var name = $"t.{Connections.SqlText.Identifier(column.Name)}";
        return column switch
        {
            { IsBytea: true } => $"pg_catalog.sha256({name}::pg_catalog.bytea)",
            { IsShortened: true } => $"CASE WHEN pg_catalog.octet_length({name}::pg_catalog.text) OPERATOR(pg_catalog.>) 65536 THEN pg_catalog.md5({name}::pg_catalog.text) ELSE {name}::pg_catalog.text END",
            _ => name,
        };
    }
}
