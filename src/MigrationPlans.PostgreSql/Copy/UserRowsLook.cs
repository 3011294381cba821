using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// Which configuration tables of extensions hold rows of the user's at all. An extension fills such a table itself, and often nobody added
/// to it: then it counts as empty, as nothing of it is copied or cleared, for which a login that does not own the extension has no right.
/// </summary>
internal static class UserRowsLook
{
    // Asking for rows that the login may not see would be an error.
    private const string ReadableSql =
        """
        SELECT t.oid FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS t (oid) JOIN pg_catalog.pg_class c ON c.oid = t.oid
        WHERE pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE') AND NOT pg_catalog.row_security_active(c.oid)
        """;

    /// <summary>The tables, those without rows of the user's as empty ones, whatever else they hold.</summary>
    public static async Task<ImmutableArray<TableRows>> ReadAsync(
        NpgsqlConnection connection, ImmutableArray<TableRows> tables, CancellationToken cancellationToken)
    {
        var filled = tables.Where(table => table is { Condition: not null, Pages: > 0 }).ToList();
        if (filled.Count == 0)
        {
            return tables;
        }

        var readable = await connection.QueryAsync(
            ReadableSql, row => row.GetFieldValue<uint>(0), cancellationToken, filled.Select(table => (long)table.Oid).ToArray());
        var asked = filled.Where(table => readable.Contains(table.Oid)).ToList();
        var holding = asked.Count == 0
            ? []
            : await connection.QueryAsync(string.Join(" UNION ALL ", asked.Select(Ask)), row => row.GetInt64(0), cancellationToken);
        var empty = asked.Select(table => table.Oid).Where(oid => !holding.Contains(oid)).ToHashSet();
        var unknown = filled.Except(asked).Select(table => table.Oid).ToHashSet();
        return [.. tables.Select(table => empty.Contains(table.Oid)
            ? table with { Pages = 0, Bytes = 0 }
            : unknown.Contains(table.Oid) ? table with { IsUnreadable = true } : table)];
    }

    private static string Ask(TableRows table) =>
        $"SELECT {table.Oid}::pg_catalog.int8 WHERE EXISTS (SELECT FROM {UserRows.From(table.Name.Schema, table.Name.Name, table.Condition!, further: null)})";
}
