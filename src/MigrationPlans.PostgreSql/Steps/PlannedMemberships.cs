using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Memberships of the planned roles in planned, mapped and predefined ones; any other role of the target is none of ours to give.</summary>
internal static class PlannedMemberships
{
    private const string PresentQuery =
        "SELECT r.rolname::text, g.rolname::text FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.member JOIN pg_catalog.pg_roles g ON g.oid = m.roleid WHERE r.rolname = ANY ($1)";

    /// <summary>The login, and what is in it: who is no superuser joins roles to act for them, and no two roles are in each other.</summary>
    private const string CirclesQuery =
        """
        SELECT g.rolname::text FROM pg_catalog.pg_roles g JOIN pg_catalog.pg_roles l ON l.rolname = current_user AND NOT l.rolsuper
        WHERE NOT g.rolsuper AND pg_catalog.pg_has_role(g.oid, l.oid, 'MEMBER')
        """;

    /// <param name="Member">By target name, as <paramref name="Group"/>.</param>
    /// <param name="Options">What the source says of it.</param>
    public sealed record Planned(string Member, string Group, RoleMembership Options);

    /// <summary>
    /// Those that the target lacks. Roles that are there need not have them: of two databases whose sources both have a role, the first
    /// creates it, and knows only its own source's memberships.
    /// </summary>
    public static async Task<ImmutableArray<Planned>> LackingAsync(
        NpgsqlConnection server, ImmutableArray<PlannedRole> roles, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        string[] names = [.. roles.Select(role => role.Name)];
        var present = (await server.QueryAsync(PresentQuery, row => (row.GetString(0), row.GetString(1)), cancellationToken, [names])).ToHashSet();
        var circles = (await server.QueryAsync(CirclesQuery, row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
        return [.. Wanted(roles, mapping).Where(membership => !present.Contains((membership.Member, membership.Group)) && !circles.Contains(membership.Group))];
    }

    /// <summary>Grants those that are lacking; one that the server refuses is left out with a note.</summary>
    public static async Task GrantAsync(
        NpgsqlConnection server, ImmutableArray<PlannedRole> roles, StepContext context, List<Diagnostic> notes, CancellationToken cancellationToken)
    {
        foreach (var membership in await LackingAsync(server, roles, context.Mapping, cancellationToken))
        {
            var grant = CreateRoleText.Membership(membership.Group, membership.Member, membership.Options, server.PostgreSqlVersion.Major);
            if (await server.TryAsync(grant, cancellationToken) is { } refused)
            {
                notes.Add(HandlerDiagnostics.AttributeLeft($"role {membership.Member}", $"membership in {membership.Group} left out: {refused.MessageText}"));
            }
        }
    }

    private static IEnumerable<Planned> Wanted(ImmutableArray<PlannedRole> roles, DatabaseMapping mapping)
    {
        var ours = roles.Select(role => role.Name).Concat(mapping.Roles.Map.Values).ToHashSet(StringComparer.Ordinal);
        return
            from role in roles
            from options in role.Source.MemberOf
            let grouped = new Planned(role.Name, Sides.MapRole(mapping, options.Role), options)
            where grouped.Group != grouped.Member && (ours.Contains(grouped.Group) || grouped.Group.StartsWith("pg_", StringComparison.Ordinal))
            select grouped;
    }
}
