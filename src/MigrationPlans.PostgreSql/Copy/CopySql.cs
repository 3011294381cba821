using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Wire;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>The statements of a copy.</summary>
internal static class CopySql
{
    /// <summary>A database of this encoding converts and checks no text.</summary>
    public const string Unencoded = "SQL_ASCII";

    /// <summary>The relay's two statements for a table or one chunk of it.</summary>
    /// <param name="freeze">Rows arrive frozen; only where the same transaction truncated the table.</param>
    public static CopyPair Relay(TableCopy table, TableChunk? chunk, bool freeze)
    {
        var columns = Columns(table.Source);
        var target = table.Through ?? table.Target.Name;
        var read = Rows(table, chunk) is { } rows
            ? $"COPY (SELECT {Selected(table)} FROM {rows}) TO STDOUT ({Options(table, Unencoded)})"
            : $"COPY {table.Name.Sql}{List(columns)} TO STDOUT ({Options(table, Unencoded)})";
        return new CopyPair(
            $"{read};\n{SnapshotTables.Recheck(table.Source)}",
            $"COPY {target.Sql}{List(columns)} FROM STDIN ({Options(table, table.BytesInto)}{(freeze ? ", FREEZE" : "")})");
    }

    /// <summary>Empties the target table, or the part of it that is ours to fill.</summary>
    public static string Clear(TableCopy table) => table switch
    {
        // The extension's own rows are in the same table; TRUNCATE would take them along.
        { Source.Condition: { } condition } => $"DELETE FROM ONLY {table.Target.Name.Sql} {(table.Target.Condition is { Length: > 0 } own ? own : condition)}",
        { Through: { } root } => $"TRUNCATE {root.Sql}",
        _ => $"TRUNCATE ONLY {table.Target.Name.Sql}",
    };

    /// <summary>The columns, quoted; empty for a table that has none to copy.</summary>
    public static string Columns(TableRows table) => string.Join(", ", table.Columns.Select(SqlText.Identifier));

    /// <summary>Jobs of pg_cron arrive asleep.</summary>
    private static string Selected(TableCopy table)
    {
        var isCron = CronJobs.IsTable(table.Source.Extension, table.Name.Schema, table.Name.Name);
        return string.Join(", ", table.Source.Columns.Select(column =>
            isCron && column == CronJobs.Active ? "false"
            : table.Xml.TryGetValue(column, out var type) ? RowHashValue.Whole(new RowHashColumn(column, type), SqlText.Identifier(column))
            : SqlText.Identifier(column)));
    }

    private static string List(string columns) => columns.Length == 0 ? "" : $" ({columns})";

    /// <summary>For FROM; null for the whole table.</summary>
    private static string? Rows(TableCopy table, TableChunk? chunk) => (table.Source.Condition, chunk) switch
    {
        ({ } condition, _) => UserRows.From(table.Name.Schema, table.Name.Name, condition, table.FurtherCondition),
        (null, { Count: > 1 }) => $"ONLY {table.Name.Sql} WHERE {chunk.Condition}",
        _ when !table.Xml.IsEmpty => $"ONLY {table.Name.Sql}",
        _ => null,
    };

    /// <param name="encoding">What the bytes are to count as, where they go as they are.</param>
    private static string Options(TableCopy table, string? encoding) =>
        table.IsBinary ? "FORMAT binary"
        : table.BytesInto is not null ? $"FORMAT text, ENCODING '{encoding}'"
        : "FORMAT text";
}
