using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>A crash of the target empties every unlogged table, and leaves what the ledger says of its rows.</summary>
internal static class EmptiedTables
{
    // Leaves of a tree that is filled through its root may get no rows: therefore all of them.
    private const string FilledSql =
        """
        SELECT n.nspname::text, c.relname::text
        FROM migplan_ledger.chunk k
        JOIN pg_catalog.pg_namespace n ON n.nspname OPERATOR(pg_catalog.=) k.table_schema
        JOIN pg_catalog.pg_class c ON c.relnamespace OPERATOR(pg_catalog.=) n.oid AND c.relname OPERATOR(pg_catalog.=) k.table_name
        WHERE c.relpersistence OPERATOR(pg_catalog.=) 'u'
        GROUP BY 1, 2
        HAVING pg_catalog.sum(k.row_count) OPERATOR(pg_catalog.>) 0
        ORDER BY 1, 2
        """;

    /// <summary>The unlogged tables that rows came to, where all of them are empty; none otherwise.</summary>
    public static async Task<ImmutableArray<TableName>> FindAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var filled = await target.QueryAsync(FilledSql, row => new TableName(row.GetString(0), row.GetString(1)), cancellationToken);
        foreach (var table in filled)
        {
            var rows = await target.QueryAsync($"SELECT FROM ONLY {table.Sql} LIMIT 1", _ => true, cancellationToken);
            if (!rows.IsEmpty)
            {
                return [];
            }
        }

        return filled;
    }
}
