using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Validates checks that a table has by its parent alone and that are valid on the source although the parent's is not: the table was made after the check was added (<c>NOT VALID</c>).
/// A dump holds the parent's only, and by that the table's is not valid either.
/// </summary>
internal static class InheritedChecks
{
    // Partitions aside: a dump makes them with the check, before they are attached.
    private const string Sql =
        """
        SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text, k.conname::pg_catalog.text
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) k.conrelid AND NOT c.relispartition
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE k.contype OPERATOR(pg_catalog.=) 'c' AND k.coninhcount OPERATOR(pg_catalog.>) 0 AND NOT k.conislocal AND k.convalidated OPERATOR(pg_catalog.=) $1
          AND ($1 OPERATOR(pg_catalog.=) false OR EXISTS (SELECT FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_constraint p ON p.conrelid OPERATOR(pg_catalog.=) i.inhparent
                WHERE i.inhrelid OPERATOR(pg_catalog.=) k.conrelid AND p.contype OPERATOR(pg_catalog.=) 'c' AND p.conname OPERATOR(pg_catalog.=) k.conname AND NOT p.convalidated))
        ORDER BY 1, 2, 3
        """;

    public static async Task<bool> DifferAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken) => !(await FindAsync(source, target, cancellationToken)).IsEmpty;

    public static async Task AlignAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        // One at a time: each reads its table, and those below it.
        foreach (var (schema, table, check) in await FindAsync(source, target, cancellationToken))
        {
            await target.ExecuteAsync($"ALTER TABLE {SqlText.Qualified(schema, table)} VALIDATE CONSTRAINT {SqlText.Identifier(check)}", cancellationToken);
        }
    }

    private static async Task<ImmutableArray<(string Schema, string Table, string Check)>> FindAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var valid = await ListAsync(source, areValid: true, cancellationToken);
        return valid.IsEmpty ? [] : [.. valid.Intersect(await ListAsync(target, areValid: false, cancellationToken))];
    }

    private static Task<ImmutableArray<(string Schema, string Table, string Check)>> ListAsync(NpgsqlConnection connection, bool areValid, CancellationToken cancellationToken) =>
        connection.QueryAsync(Sql, row => (row.GetString(0), row.GetString(1), row.GetString(2)), cancellationToken, areValid);
}
