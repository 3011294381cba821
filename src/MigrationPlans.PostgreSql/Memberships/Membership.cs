using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Memberships;

/// <summary>How the login joins a role for a while, to act for it, and leaves it again with what it had before.</summary>
/// <remarks>
/// From 16 on, a membership need not carry the role's rights: whoever creates a role is a member of it that may hand it out, and no more,
/// or what <c>createrole_self_grant</c> says. A GRANT changes the membership by the same grantor, if there is one, and a REVOKE would take it away.
/// Below 16, a direct membership is all there is to have, and a GRANT of it does nothing.
/// https://www.postgresql.org/docs/current/sql-grant.html
/// </remarks>
internal static class Membership
{
    private const int OptionsVersion = 16;

    private const string HasAll = "pg_catalog.pg_has_role(r.oid, 'USAGE') AND pg_catalog.pg_has_role(r.oid, 'SET')";

    /// <summary>One through roles that do not inherit gives no rights; a direct one beside it does.</summary>
    private const string HasBelow16 =
        """
        pg_catalog.pg_has_role(r.oid, 'USAGE') OR EXISTS (
            SELECT FROM pg_catalog.pg_auth_members m
            JOIN pg_catalog.pg_roles l ON l.oid OPERATOR(pg_catalog.=) m.member
            WHERE l.rolname OPERATOR(pg_catalog.=) current_user AND m.roleid OPERATOR(pg_catalog.=) r.oid)
        """;

    private const string DirectSql =
        """
        SELECT g.rolname::pg_catalog.text, m.inherit_option, m.set_option
        FROM pg_catalog.pg_auth_members m
        JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) m.roleid
        JOIN pg_catalog.pg_roles l ON l.oid OPERATOR(pg_catalog.=) m.member
        JOIN pg_catalog.pg_roles g ON g.oid OPERATOR(pg_catalog.=) m.grantor
        WHERE l.rolname OPERATOR(pg_catalog.=) current_user AND r.rolname OPERATOR(pg_catalog.=) $1::pg_catalog.name
        """;

    public static bool HasOptions(NpgsqlConnection server) => server.PostgreSqlVersion.Major >= OptionsVersion;

    /// <summary>Those of the roles that the login may not act for; of roles that do not exist, none.</summary>
    public static Task<ImmutableArray<string>> LackingAsync(NpgsqlConnection server, string[] roles, CancellationToken cancellationToken) => server.QueryAsync(
        $"SELECT r.rolname::pg_catalog.text FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) ANY ($1) AND NOT ({(HasOptions(server) ? HasAll : HasBelow16)}) ORDER BY 1",
        row => row.GetString(0),
        cancellationToken,
        [roles]);

    /// <summary>Joins a role that is lacking. To be called in a transaction, which a refusal leaves intact.</summary>
    /// <returns>What to leave again, or why the server refuses.</returns>
    public static async Task<(BorrowedMembership? Borrowed, PostgresException? Refusal)> JoinAsync(
        NpgsqlConnection server, string role, CancellationToken cancellationToken)
    {
        if (!HasOptions(server))
        {
            return await server.TryAsync(Grant(role), cancellationToken) is { } notGranted ? (null, notGranted) : (new BorrowedMembership(role), null);
        }

        var before = await ReadDirectAsync(server, role, cancellationToken);
        if (await server.TryAsync($"{Grant(role)} WITH INHERIT TRUE, SET TRUE", cancellationToken) is { } refused)
        {
            return (null, refused);
        }

        // Whoever may hand the role out becomes the grantor: the login, or a role whose rights it has. The server chooses.
        var grantor = (await ReadDirectAsync(server, role, cancellationToken)).Except(before).First().Key;
        return (new BorrowedMembership(role, grantor, before.GetValueOrDefault(grantor)), null);
    }

    /// <summary>The statement that puts back what was there before.</summary>
    public static string Leave(BorrowedMembership borrowed)
    {
        var by = borrowed.Grantor is null ? "" : $" GRANTED BY {SqlText.Identifier(borrowed.Grantor)}";
        return borrowed.Before is { } before
            ? $"{Grant(borrowed.Role)} WITH INHERIT {before.Inherit}, SET {before.Set}{by}"
            : $"REVOKE {SqlText.Identifier(borrowed.Role)} FROM CURRENT_USER{by}";
    }

    private static string Grant(string role) => $"GRANT {SqlText.Identifier(role)} TO CURRENT_USER";

    private static async Task<ImmutableDictionary<string, MembershipOptions>> ReadDirectAsync(
        NpgsqlConnection server, string role, CancellationToken cancellationToken) =>
        (await server.QueryAsync(
            DirectSql, row => KeyValuePair.Create(row.GetString(0), new MembershipOptions(row.GetBoolean(1), row.GetBoolean(2))), cancellationToken, role))
            .ToImmutableDictionary(StringComparer.Ordinal);
}
