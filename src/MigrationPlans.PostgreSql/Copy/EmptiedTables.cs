using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>A crash of the target empties every unlogged table, and leaves what the ledger says of its rows.</summary>
internal static class EmptiedTables
{
    // Leaves of a tree that is filled through its root may get no rows: therefore all of them.
    private const string FilledSql =
        """
        SELECT n.nspname::text, c.relname::text, pg_catalog.pg_relation_size(c.oid) OPERATOR(pg_catalog.=) 0
        FROM migplan_ledger.chunk k
        JOIN pg_catalog.pg_namespace n ON n.nspname OPERATOR(pg_catalog.=) k.table_schema
        JOIN pg_catalog.pg_class c ON c.relnamespace OPERATOR(pg_catalog.=) n.oid AND c.relname OPERATOR(pg_catalog.=) k.table_name
        WHERE c.relpersistence OPERATOR(pg_catalog.=) 'u'
        GROUP BY 1, 2, c.oid
        HAVING pg_catalog.sum(k.row_count) OPERATOR(pg_catalog.>) 0
        ORDER BY 1, 2
        """;

    /// <summary>The unlogged tables that rows came to, where all of them are empty; none otherwise.</summary>
    public static async Task<ImmutableArray<TableName>> FindAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var filled = await target.QueryAsync(FilledSql, row => (Table: new TableName(row.GetString(0), row.GetString(1)), IsEmpty: row.GetBoolean(2)), cancellationToken);
        return filled.All(table => table.IsEmpty) ? [.. filled.Select(table => table.Table)] : [];
    }
}
