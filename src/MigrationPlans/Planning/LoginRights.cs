using System.Collections.Immutable;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning;

/// <summary>What a login may do, as PostgreSQL reckons it.</summary>
internal static class LoginRights
{
    /// <summary>Roles of managed services that stand in for a superuser, as far as the service lets them.</summary>
    private static readonly ImmutableArray<string> MasterRoles = ["rds_superuser", "cloudsqlsuperuser", "azure_pg_admin", "alloydbsuperuser"];

    public static bool StandsForSuperuser(this LoginFacts login) => login.IsSuperuser || login.MemberOf.Any(MasterRoles.Contains);

    public static bool MayCreateDatabases(this LoginFacts login) => login.IsSuperuser || login.CanCreateDatabases;

    public static bool MayCreateRoles(this LoginFacts login) => login.IsSuperuser || login.CanCreateRoles;

    /// <summary>Has the rights of the role: is it, is a member of it, or is a superuser.</summary>
    public static bool ActsAs(this LoginFacts login, string role) =>
        login.IsSuperuser || login.Name == role || login.MemberOf.Contains(role);

    /// <summary>
    /// May act for the role, which is no superuser, and give it things; or may make itself a member of it: from 16 on only who administers it may,
    /// below whoever may create roles, and nobody where the role is a member of the login.
    /// </summary>
    public static bool MayBecome(this EndpointFacts server, string role)
    {
        var login = server.Login;
        return (login.ActsAs(role) && !login.RightsOnly.Contains(role))
            || (server.FindLink(role, login.Name) is null && ((server.MajorVersion < 16 && login.CanCreateRoles) || server.Administers(role)));
    }

    /// <summary>The role itself, or another one that it is in, which is directly a member of the group; null where there is none.</summary>
    public static string? FindLink(this EndpointFacts server, string role, string group)
    {
        var groups = server.Roles.ToDictionary(one => one.Name, one => one.MemberOf, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([role]);
        while (open.TryPop(out var link))
        {
            if (!seen.Add(link) || !groups.TryGetValue(link, out var memberships))
            {
                continue;
            }

            if (memberships.Any(membership => membership.Role == group))
            {
                return link;
            }

            foreach (var membership in memberships)
            {
                open.Push(membership.Role);
            }
        }

        return null;
    }

    /// <summary>Gives others the membership in a role that is there.</summary>
    public static bool MayGrant(this EndpointFacts server, string role)
    {
        var login = server.Login;
        var isMighty = server.Roles.Any(one => one.Name == role && one.IsSuperuser);
        return login.IsSuperuser || (!isMighty && ((server.MajorVersion < 16 && login.CanCreateRoles) || server.Administers(role)));
    }

    /// <summary>
    /// Sets a parameter for a database or a role. Nobody can tell what a service lets its master user set; the run tries.
    /// </summary>
    public static bool MaySet(this EndpointFacts server, string parameter)
    {
        var (login, known) = (server.Login, server.Parameters);
        var isOthers = known.OfSuperusers.Contains(parameter, StringComparer.OrdinalIgnoreCase)
            || (parameter.Contains('.', StringComparison.Ordinal) && !known.OfLibraries.Contains(parameter, StringComparer.OrdinalIgnoreCase));
        return !isOthers || login.StandsForSuperuser() || server.WasGranted(parameter);
    }

    /// <summary>By <c>GRANT SET ON PARAMETER</c>, to the login or a role whose rights it has.</summary>
    public static bool WasGranted(this EndpointFacts server, string parameter) =>
        server.ParameterPrivileges.Any(pair => pair.Parameter == $"parameter {parameter}" && server.Login.ActsAs(pair.Role));

    /// <summary>Attributes that the role has and would not get, if the login created it: from 16 on it gives what it has itself.</summary>
    public static List<string> FindNotGiven(this EndpointFacts server, RoleFacts role)
    {
        var (login, gives) = (server.Login, server.MajorVersion >= 16);
        var own = server.Roles.FirstOrDefault(one => one.Name == login.Name);
        (string Word, bool Wanted, bool Given)[] attributes =
        [
            ("SUPERUSER", role.IsSuperuser, false),
            ("CREATEDB", role.CanCreateDatabases, !gives || login.CanCreateDatabases),
            ("REPLICATION", role.CanReplicate, gives && own?.CanReplicate == true),
            ("BYPASSRLS", role.BypassesRowSecurity, gives && own?.BypassesRowSecurity == true),
        ];
        return login.IsSuperuser ? [] : [.. attributes.Where(attribute => attribute is { Wanted: true, Given: false }).Select(attribute => attribute.Word)];
    }

    private static bool Administers(this EndpointFacts server, string role) =>
        server.Roles.Where(one => one.Name == server.Login.Name || server.Login.MemberOf.Contains(one.Name))
            .SelectMany(one => one.MemberOf).Any(membership => membership.Role == role && membership.WithAdmin);
}
