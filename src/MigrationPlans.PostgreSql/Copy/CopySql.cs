using MigrationPlans.PostgreSql.Connections;
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
        var read = Condition(table, chunk) is { } condition
            ? $"COPY (SELECT {columns} FROM ONLY {table.Name.Sql} {condition}) TO STDOUT ({Options(table, Unencoded)})"
            : $"COPY {table.Name.Sql}{List(columns)} TO STDOUT ({Options(table, Unencoded)})";
        return new CopyPair($"{read};\n{SnapshotTables.Recheck(table.Source)}", $"COPY {target.Sql}{List(columns)} FROM STDIN ({Options(table, table.BytesInto)}{(freeze ? ", FREEZE" : "")})");
    }

    /// <summary>Empties the target table, or the part of it that is ours to fill.</summary>
    public static string Clear(TableCopy table) => table switch
    {
        // The extension's own rows are in the same table; TRUNCATE would take them along.
        { Source.Condition: { } condition } => $"DELETE FROM ONLY {table.Target.Name.Sql} {condition}",
        { Through: { } root } => $"TRUNCATE {root.Sql}",
        _ => $"TRUNCATE ONLY {table.Target.Name.Sql}",
    };

    /// <summary>The columns, quoted; empty for a table that has none to copy.</summary>
    public static string Columns(TableRows table) => string.Join(", ", table.Columns.Select(SqlText.Identifier));

    private static string List(string columns) => columns.Length == 0 ? "" : $" ({columns})";

    private static string? Condition(TableCopy table, TableChunk? chunk) => (table.Source.Condition, chunk) switch
    {
        ({ } condition, _) => condition,
        (null, { Count: > 1 }) => $"WHERE {chunk.Condition}",
        _ => null,
    };

    /// <param name="encoding">What the bytes are to count as, where they go as they are.</param>
    private static string Options(TableCopy table, string? encoding) =>
        table.IsBinary ? "FORMAT binary"
        : table.BytesInto is not null ? $"FORMAT text, ENCODING '{encoding}'"
        : "FORMAT text";
}
