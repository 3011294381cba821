using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Schemas of a target that somebody made beforehand, with an extension, and that the login may change.
/// What is said of them becomes the source's, as with the database itself: the dump only adds to it. The schema <c>public</c>
/// has its own way (<see cref="PublicSchemaReset"/>).
/// </summary>
internal static class PreparedSchemas
{
    // Grants of others go with the owner's that they rest on. What an extension's script granted, no dump has: it stays.
    private const string Sql =
        """
        SELECT pg_catalog.format('REVOKE ALL ON SCHEMA %I FROM %s CASCADE', n.nspname, pg_catalog.string_agg(DISTINCT COALESCE(pg_catalog.quote_ident(g.rolname), 'PUBLIC'), ', '))
          FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) a LEFT JOIN pg_catalog.pg_roles g ON g.oid OPERATOR(pg_catalog.=) a.grantee
         WHERE n.nspname OPERATOR(pg_catalog.=) ANY ($1) AND a.grantor OPERATOR(pg_catalog.=) n.nspowner AND a.grantee OPERATOR(pg_catalog.<>) n.nspowner
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_init_privs i CROSS JOIN LATERAL pg_catalog.aclexplode(i.initprivs) p
                            WHERE i.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass AND i.objoid OPERATOR(pg_catalog.=) n.oid AND p.grantee OPERATOR(pg_catalog.=) a.grantee)
         GROUP BY n.nspname
        UNION ALL
        SELECT pg_catalog.format('COMMENT ON SCHEMA %I IS NULL', n.nspname)
          FROM pg_catalog.pg_namespace n WHERE n.nspname OPERATOR(pg_catalog.=) ANY ($1) AND pg_catalog.obj_description(n.oid, 'pg_namespace') IS NOT NULL
        """;

    /// <summary>Takes away what is said of them; before the first entry is restored.</summary>
    public static async Task ClearAsync(NpgsqlConnection target, IEnumerable<SchemaEntry> entries, CancellationToken cancellationToken)
    {
        string[] schemas = [.. entries.Where(entry => entry.Kind == "SCHEMA" && !PublicSchema.IsAbout(entry)).Select(EntryNames.Unqualified)];
        foreach (var statement in await target.QueryAsync(Sql, row => row.GetString(0), cancellationToken, [schemas]))
        {
            await target.ExecuteAsync(statement, cancellationToken);
        }
    }
}
