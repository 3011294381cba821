using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Grants of an object, given in the name of its owner. A login that is a member of several roles grants as any of them that may:
/// where the owner gave a role the grant option, the next grant could come from that role, and go when it loses its own.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-grant.html: "which role is the grantor is then unspecified".</remarks>
internal static class PrivilegesAsOwner
{
    private const string BackToLogin = "RESET ROLE;";

    public static bool IsNeeded(SchemaEntry entry) => entry is { Kind: "ACL", Owner: not null };

    /// <param name="statements">Those that are not the owner's stand between SET ROLE and RESET ROLE.</param>
    /// <param name="owner">In the target's names.</param>
    /// <param name="targetMajor">From 16 on, membership alone does not allow SET ROLE.</param>
    public static ImmutableArray<string> Wrap(ImmutableArray<string> statements, string owner, int targetMajor)
    {
        // A function instead of SET ROLE: where the login can't take the role on, everything goes as without it.
        var right = targetMajor >= 16 ? "SET" : "MEMBER";
        var takeOn = $"SELECT pg_catalog.set_config('role', {SqlText.Literal(owner)}, false) WHERE pg_catalog.pg_has_role({SqlText.Literal(owner)}, '{right}');";
        return [takeOn, .. statements.Select(statement => statement == BackToLogin ? takeOn : statement), BackToLogin];
    }
}
