using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>
/// Reads a target's schemas that the login may not change. What is said of the schema <c>public</c> has its own way
/// (<see cref="PublicSchemaLook"/>).
/// </summary>
internal static class FixedSchemaLook
{
    // Without an extension, the plan takes a database with schemas for one that holds something.
    private const string Sql =
        """
        SELECT n.nspname::text, o.rolname::text,
               ARRAY(SELECT r.rolname::text FROM pg_catalog.pg_roles r WHERE pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')),
               pg_catalog.has_schema_privilege('public', n.oid, 'CREATE'),
               EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extnamespace OPERATOR(pg_catalog.=) n.oid AND NOT pg_catalog.pg_has_role(e.extowner, 'USAGE'))
          FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles o ON o.oid OPERATOR(pg_catalog.=) n.nspowner
         WHERE NOT pg_catalog.pg_has_role(o.oid, 'USAGE')
           AND n.nspname NOT LIKE 'pg\_%' AND n.nspname OPERATOR(pg_catalog.<>) ALL ('{information_schema,migplan_ledger}')
           AND CASE WHEN n.nspname OPERATOR(pg_catalog.=) 'public' THEN $1 AND o.rolsuper AND NOT pg_catalog.has_schema_privilege(n.oid, 'CREATE WITH GRANT OPTION')
                    ELSE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname OPERATOR(pg_catalog.<>) 'plpgsql') END
         ORDER BY n.nspname
        """;

    public static Task<ImmutableArray<FixedSchemaFacts>> ReadAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        target.QueryAsync(Sql, Read, cancellationToken, false);

    /// <summary>With the schema <c>public</c>, where a superuser keeps it and the login can let nobody create in it.</summary>
    public static Task<ImmutableArray<FixedSchemaFacts>> ReadWithPublicAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        target.QueryAsync(Sql, Read, cancellationToken, true);

    private static FixedSchemaFacts Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetString(1), [.. row.GetFieldValue<string[]>(2)], row.GetBoolean(3), row.GetBoolean(4));
}
