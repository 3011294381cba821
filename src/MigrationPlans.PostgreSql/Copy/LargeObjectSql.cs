using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Wire;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>The statements that carry large objects over, with their oids.</summary>
internal static class LargeObjectSql
{
    /// <summary>Bytes of one piece: a large object can hold 4 TB, a value in a row at most 1 GB.</summary>
    private const int Piece = 1 << 20;

    private const string BackToLogin = "RESET ROLE";

    /// <summary>Where pieces arrive before they are put together.</summary>
    public const string CreateStage =
        "CREATE TEMPORARY TABLE migplan_lo_piece (loid pg_catalog.oid, pos pg_catalog.int8, data pg_catalog.bytea) ON COMMIT DROP";

    /// <summary>Creates the objects and puts their pieces in place.</summary>
    public const string Assemble =
        """
        DO $$
        DECLARE piece record;
        BEGIN
          FOR piece IN SELECT loid, pos, data FROM pg_temp.migplan_lo_piece ORDER BY loid, pos LOOP
            IF piece.pos = 0 THEN
              PERFORM pg_catalog.lo_from_bytea(piece.loid, piece.data);
            ELSE
              PERFORM pg_catalog.lo_put(piece.loid, piece.pos, piece.data);
            END IF;
          END LOOP;
        END
        $$
        """;

    /// <summary>
    /// Removes every large object, a thousand a transaction: each is locked until its transaction ends, and a server has room for some
    /// thousand locks. By oid, so that no batch looks through what those before it removed. Must be sent alone, because a text of several
    /// statements is one transaction.
    /// </summary>
    public const string RemoveAll =
        """
        DO $$
        DECLARE
          last pg_catalog.oid := 0;
          batch pg_catalog.oid[];
        BEGIN
          LOOP
            batch := ARRAY(SELECT oid FROM pg_catalog.pg_largeobject_metadata WHERE oid > last ORDER BY oid LIMIT 1000);
            EXIT WHEN batch = '{}';
            PERFORM pg_catalog.lo_unlink(id) FROM pg_catalog.unnest(batch) id;
            last := batch[pg_catalog.cardinality(batch)];
            COMMIT;
          END LOOP;
        END
        $$
        """;

    /// <summary>Reads through the large object functions: the catalog that holds the bytes is for superusers only.</summary>
    public static CopyPair Relay(IEnumerable<uint> oids) => new(
        $$"""
        COPY (
          SELECT o.oid, s.pos, pg_catalog.lo_get(o.oid, s.pos, {{Piece}})
          FROM pg_catalog.unnest('{{{string.Join(',', oids)}}}'::pg_catalog.oid[]) o(oid)
          CROSS JOIN LATERAL {{LargeObjectSize.Of("o.oid")}} z
          CROSS JOIN LATERAL pg_catalog.generate_series(0, GREATEST(z.size - 1, 0), {{Piece}}) s(pos)
        ) TO STDOUT (FORMAT binary)
        """,
        "COPY pg_temp.migplan_lo_piece FROM STDIN (FORMAT binary)");

    /// <summary>Owner, grants and comment of one object.</summary>
    /// <param name="roles">Source role name to target role name; null for a role that the target shall not have.</param>
    public static IEnumerable<string> Describe(LargeObject item, Func<string, string?> roles)
    {
        if (roles(item.Owner) is { } owner)
        {
            yield return $"ALTER LARGE OBJECT {item.Oid} OWNER TO {SqlText.Identifier(owner)}";
            foreach (var grant in Grants(item, owner, roles))
            {
                yield return grant;
            }
        }

        if (item.Comment is not null)
        {
            yield return $"COMMENT ON LARGE OBJECT {item.Oid} IS {SqlText.Literal(item.Comment)}";
        }
    }

    private static IEnumerable<string> Grants(LargeObject item, string owner, Func<string, string?> roles)
    {
        if (item.Grants is not { } grants)
        {
            yield break;
        }

        yield return $"REVOKE ALL ON LARGE OBJECT {item.Oid} FROM {SqlText.Identifier(owner)}";
        var (hasGrantors, acting) = (grants.Any(grant => grant.IsGrantable && grant.Grantee != item.Owner), "");
        foreach (var grant in InOrder(grants, item.Owner))
        {
            var (grantee, grantor) = (grant.Grantee.Length == 0 ? "" : roles(grant.Grantee), roles(grant.Grantor) ?? owner);
            if (grantee is null || IsLostByMapping(grant, item.Owner, (grantee, grantor, owner)))
            {
                continue;
            }

            if (hasGrantors && grantor != acting)
            {
                yield return ActAs(grantor);
                acting = grantor;
            }

            yield return $"GRANT {grant.Privilege} ON LARGE OBJECT {item.Oid} TO {(grantee.Length == 0 ? "PUBLIC" : SqlText.Identifier(grantee))}{(grant.IsGrantable ? " WITH GRANT OPTION" : "")}";
        }

        if (hasGrantors)
        {
            yield return BackToLogin;
        }
    }

    /// <summary>
    /// Each after the one that lets its grantor give it: where that was given twice and taken back once, a list has
    /// them the other way round.
    /// </summary>
    private static IEnumerable<LargeObjectGrant> InOrder(IEnumerable<LargeObjectGrant> grants, string owner)
    {
        var (left, grantable) = (grants.ToList(), new HashSet<(string Role, string Privilege)>());
        while (left.FindIndex(grant => grant.Grantor == owner || grantable.Contains((grant.Grantor, grant.Privilege))) is >= 0 and var next)
        {
            var grant = left[next];
            left.RemoveAt(next);
            if (grant.IsGrantable)
            {
                grantable.Add((grant.Grantee, grant.Privilege));
            }

            yield return grant;
        }
    }

    /// <summary>Roles that became one have no need to give each other anything.</summary>
    private static bool IsLostByMapping(LargeObjectGrant grant, string owner, (string Grantee, string Grantor, string Owner) mapped) =>
        mapped.Grantor != mapped.Owner
        && ((mapped.Grantee == mapped.Grantor && grant.Grantee != grant.Grantor) || (mapped.Grantee == mapped.Owner && grant.Grantee != owner));

    /// <summary>
    /// Until the transaction ends. A login that is a member of several roles would grant as any of them that may; one that can't take
    /// the role on gives the right all the same. What it may take on is asked as the login.
    /// </summary>
    private static string ActAs(string role)
    {
        var body =
            $"""
            BEGIN
              PERFORM pg_catalog.set_config('role', r.rolname::pg_catalog.text, true) FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) {SqlText.Literal(role)}
                AND pg_catalog.pg_has_role(r.oid, CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.>=) 160000 THEN 'SET' ELSE 'MEMBER' END);
            END
            """;
        return $"{BackToLogin};\nDO {SqlText.Literal(body)}";
    }
}
