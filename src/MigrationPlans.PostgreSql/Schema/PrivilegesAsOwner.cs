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
    /// <param name="schema">That the object is in; an owner need not be allowed to use it. Null for none.</param>
    /// <param name="targetMajor">From 16 on, membership alone does not allow SET ROLE.</param>
    public static ImmutableArray<string> Wrap(ImmutableArray<string> statements, string owner, string? schema, int targetMajor)
    {
        // A function instead of SET ROLE: where the login can't take the role on, or nothing could be done as it, everything goes as without.
        var mayUse = schema is null
            ? ""
            : $" AND EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname OPERATOR(pg_catalog.=) {SqlText.Literal(schema)} AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE'))";
        var takeOn = $"SELECT pg_catalog.set_config('role', r.rolname::pg_catalog.text, false) FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) {SqlText.Literal(owner)} AND pg_catalog.pg_has_role(r.oid, '{(targetMajor >= 16 ? "SET" : "MEMBER")}'){mayUse};";
        // What the login may take on is asked as the login, never as the role that it was before.
        return [takeOn, .. statements.Select(statement => statement == BackToLogin ? $"{BackToLogin}\n{takeOn}" : statement), BackToLogin];
    }
}
