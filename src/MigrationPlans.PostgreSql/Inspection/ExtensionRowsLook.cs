using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Whether somebody added rows to a table of an extension: jobs of pg_cron, coordinate systems of PostGIS.</summary>
internal static class ExtensionRowsLook
{
    // Asking for rows that the login may not see would be an error.
    private const string TablesSql =
        """
        SELECT n.nspname::text, c.relname::text, t.condition
          FROM pg_catalog.pg_extension e CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(e.extconfig), pg_catalog.unnest(e.extcondition)) AS t (oid, condition)
          JOIN pg_catalog.pg_class c ON c.oid = t.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND NOT pg_catalog.row_security_active(c.oid)
         ORDER BY 1, 2
        """;

    /// <summary>The first such table, as <c>schema.table</c>; null where there is none that the login may read.</summary>
    public static async Task<string?> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tables = await connection.QueryAsync(
            TablesSql, row => (Schema: row.GetString(0), Name: row.GetString(1), Condition: row.GetString(2)), cancellationToken);
        if (tables.IsEmpty)
        {
            return null;
        }

        var looks = tables.Select((table, index) =>
            $"SELECT {index} WHERE EXISTS (SELECT FROM {UserRows.From(table.Schema, table.Name, table.Condition, further: null)})");
        var filled = await connection.QueryAsync(string.Join(" UNION ALL ", looks), row => row.GetInt32(0), cancellationToken);
        return filled.IsEmpty ? null : $"{tables[filled.Min()].Schema}.{tables[filled.Min()].Name}";
    }
}
