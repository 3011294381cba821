using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Schemas of a target that a superuser made beforehand, with an extension. A login that is none can say nothing of them: owner, privileges and comment stay as they are. The schema
/// <c>public</c> has its own way (<see cref="PublicSchema"/>).
/// </summary>
internal static class FixedSchemas
{
    private const string Sql =
        """
        SELECT n.nspname::text FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles o ON o.oid OPERATOR(pg_catalog.=) n.nspowner
          JOIN pg_catalog.pg_roles login ON login.rolname OPERATOR(pg_catalog.=) current_user
         WHERE o.rolsuper AND NOT login.rolsuper AND NOT pg_catalog.pg_has_role(o.oid, 'USAGE')
           AND n.nspname NOT LIKE 'pg\_%' AND n.nspname OPERATOR(pg_catalog.<>) ALL ('{public,information_schema}')
        """;

    public static async Task<ImmutableHashSet<string>> ReadAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        [.. await target.QueryAsync(Sql, row => row.GetString(0), cancellationToken)];
}
