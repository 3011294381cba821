using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>A role that the login joins for a while, to act for it.</summary>
/// <remarks>
/// From 16 on, a membership need not carry the role's rights: whoever creates a role is a member of it that may hand it out, and no more.
/// Before, a membership that is there already must not be taken for one of ours, and revoked.
/// </remarks>
internal static class Membership
{
    private const int OptionsVersion = 16;

    /// <summary>An expression: whether the login may do all that the role may, and become it.</summary>
    /// <param name="server">Whose version decides.</param>
    /// <param name="role">An expression for the role's oid or name.</param>
    public static string IsThere(NpgsqlConnection server, string role) => HasOptions(server)
        ? $"(pg_catalog.pg_has_role({role}, 'USAGE') AND pg_catalog.pg_has_role({role}, 'SET'))"
        : $"pg_catalog.pg_has_role({role}, 'MEMBER')";

    public static string Join(NpgsqlConnection server, string role) =>
        $"GRANT {SqlText.Identifier(role)} TO CURRENT_USER{(HasOptions(server) ? " WITH INHERIT TRUE" : "")}";

    public static string Leave(params IEnumerable<string> roles) => $"REVOKE {string.Join(", ", roles.Select(SqlText.Identifier))} FROM CURRENT_USER";

    private static bool HasOptions(NpgsqlConnection server) => server.PostgreSqlVersion.Major >= OptionsVersion;
}
