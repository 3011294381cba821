using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Default privileges that somebody gave in a target database beforehand would be given on all that a run creates there. The database
/// becomes as the source's, and a dump only adds to what is there.
/// </summary>
internal static class DefaultPrivilegesReset
{
    // The server removes what says no more than what holds without it. In one schema that is nothing; everywhere, all for
    // the role itself, and for PUBLIC functions and types.
    private const string Sql =
        """
        WITH given AS (
          SELECT pg_catalog.format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s', o.rolname, COALESCE(' IN SCHEMA ' || pg_catalog.quote_ident(n.nspname), '')) AS begin, n.oid IS NULL AS is_everywhere, o.rolname, n.nspname, d.defaclobjtype AS kind,
                 CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS' END AS objects,
                 (SELECT pg_catalog.string_agg(DISTINCT CASE WHEN a.grantee OPERATOR(pg_catalog.=) 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END, ', ')
                    FROM pg_catalog.aclexplode(d.defaclacl) a) AS grantees
            FROM pg_catalog.pg_default_acl d JOIN pg_catalog.pg_roles o ON o.oid OPERATOR(pg_catalog.=) d.defaclrole
            LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) d.defaclnamespace
           WHERE pg_catalog.pg_has_role(d.defaclrole, 'USAGE')
             AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid OPERATOR(pg_catalog.=) d.tableoid AND e.objid OPERATOR(pg_catalog.=) d.oid AND e.deptype OPERATOR(pg_catalog.=) 'e')
        )
        SELECT pg_catalog.format('%s REVOKE ALL ON %s FROM %s', g.begin, g.objects, g.grantees), g.nspname::pg_catalog.text FROM given g WHERE g.grantees IS NOT NULL
        UNION ALL SELECT pg_catalog.format('%s GRANT ALL ON %s TO %I', g.begin, g.objects, g.rolname), NULL FROM given g WHERE g.is_everywhere
        UNION ALL SELECT pg_catalog.format('%s GRANT ALL ON %s TO PUBLIC', g.begin, g.objects), NULL FROM given g WHERE g.is_everywhere AND g.kind IN ('f', 'T')
        """;

    /// <summary>
    /// Before the first entry is restored. Those of roles that the login can't act for stay, and those in schemas that are not picked.
    /// Those that hold in all schemas would be given on what is picked, be the source's carried over or not.
    /// </summary>
    public static async Task RunAsync(NpgsqlConnection target, SelectionFilter filter, CancellationToken cancellationToken)
    {
        var statements = await target.QueryAsync(Sql, row => (Text: row.GetString(0), Schema: row.IsDBNull(1) ? null : row.GetString(1)), cancellationToken);
        foreach (var (text, _) in statements.Where(statement => statement.Schema is null || filter.PicksSchema(statement.Schema)))
        {
            await target.ExecuteAsync(text, cancellationToken);
        }
    }
}
