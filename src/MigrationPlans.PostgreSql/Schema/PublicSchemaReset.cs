using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// A dump says of the schema <c>public</c> only what differs from what pg_dump takes every database to begin with. One that somebody
/// made beforehand may have something else (privileges for those who are to use it), and below 15 so has every new one: pg_dump takes it,
/// from its version 15 on, for one in which PUBLIC may not create.
/// </summary>
internal static class PublicSchemaReset
{
    /// <summary>From here on PUBLIC may only use it, and pg_dump takes this for granted of every server.</summary>
    private const int FirstClosed = 15;

    // Grants of others go with the owner's that they rest on. Below 15 the owner is another superuser on each server, and the dump names
    // it, or, if it is made by an older program, $3 does. Who can't act for the new owner can't give it away.
    private const string Sql =
        """
        WITH held AS (
          SELECT n.nspowner, o.rolname, pg_catalog.obj_description(n.oid, 'pg_namespace') AS remark,
                 CASE WHEN $3 OPERATOR(pg_catalog.<>) '' THEN $3::pg_catalog.name
                      WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.<) 150000 THEN o.rolname
                      WHEN pg_catalog.pg_has_role('pg_database_owner', CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.<) 160000 THEN 'MEMBER' ELSE 'SET' END)
                      THEN 'pg_database_owner'::pg_catalog.name ELSE o.rolname END AS owner,
                 COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner)) AS acl
            FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles o ON o.oid OPERATOR(pg_catalog.=) n.nspowner
           WHERE n.nspname OPERATOR(pg_catalog.=) 'public' AND pg_catalog.pg_has_role(n.nspowner, 'USAGE')
        ), given AS (
          SELECT CASE WHEN a.grantee OPERATOR(pg_catalog.=) 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END AS grantee,
                 a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END AS privilege, a.grantee OPERATOR(pg_catalog.=) h.nspowner AS is_own
            FROM held h CROSS JOIN LATERAL pg_catalog.aclexplode(h.acl) a
        ), others AS (
          SELECT pg_catalog.string_agg(DISTINCT g.grantee, ', ') AS grantees,
                 COALESCE(pg_catalog.array_agg(g.grantee || ' ' || g.privilege ORDER BY (g.grantee || ' ' || g.privilege) COLLATE pg_catalog."C"), '{}') AS privileges
            FROM given g WHERE NOT g.is_own
        )
        SELECT pg_catalog.format('ALTER SCHEMA public OWNER TO %I', h.owner) FROM held h WHERE h.owner OPERATOR(pg_catalog.<>) h.rolname
        UNION ALL SELECT pg_catalog.format('REVOKE ALL ON SCHEMA public FROM %s CASCADE', o.grantees) FROM held h CROSS JOIN others o WHERE o.privileges OPERATOR(pg_catalog.<>) $1 AND o.grantees IS NOT NULL
        UNION ALL SELECT pg_catalog.format('GRANT %s ON SCHEMA public TO PUBLIC', $2) FROM held h CROSS JOIN others o WHERE o.privileges OPERATOR(pg_catalog.<>) $1
        UNION ALL SELECT pg_catalog.format('GRANT ALL ON SCHEMA public TO %I', h.owner) FROM held h WHERE (SELECT pg_catalog.count(*) FROM given g WHERE g.is_own) OPERATOR(pg_catalog.<>) 2
        UNION ALL SELECT 'COMMENT ON SCHEMA public IS ''standard public schema''' FROM held h WHERE h.remark IS DISTINCT FROM 'standard public schema'
        """;

    /// <summary>No dump creates it.</summary>
    private const string Create = "DO 'BEGIN IF pg_catalog.to_regnamespace(''public'') IS NULL THEN CREATE SCHEMA public; END IF; END'";

    /// <summary>Before the first entry is restored. Where the login can't act for the schema's owner, the schema stays as it is.</summary>
    /// <param name="dumpMajor">The version of the pg_dump that made the entries.</param>
    /// <param name="owner">Whom it is to belong to; null leaves that to the entries and the target's version.</param>
    public static async Task RunAsync(NpgsqlConnection target, int dumpMajor, string? owner, CancellationToken cancellationToken)
    {
        string[] privileges = dumpMajor >= FirstClosed ? ["PUBLIC USAGE"] : ["PUBLIC CREATE", "PUBLIC USAGE"];
        var granted = dumpMajor >= FirstClosed ? "USAGE" : "CREATE, USAGE";
        await target.ExecuteAsync(Create, cancellationToken);
        foreach (var statement in await target.QueryAsync(Sql, row => row.GetString(0), cancellationToken, privileges, granted, owner ?? ""))
        {
            await target.ExecuteAsync(statement, cancellationToken);
        }
    }
}
