using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>Which roles a mapping needs on the target, and which of them are missing.</summary>
internal static class RolePlans
{
    /// <summary>Roles to create; none when the manifest says so.</summary>
    public static ImmutableArray<PlannedRole> Missing(MappingFacts facts)
    {
        if (facts.Mapping.Roles.Create == RoleCreation.None)
        {
            return [];
        }

        return
        [
            .. Creatable(facts)
                .GroupBy(facts.TargetName, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Settle(facts, new PlannedRole(group.Key, Describe(facts, group.Order(StringComparer.Ordinal).First())))),
        ];
    }

    /// <summary>Needed source roles, by name, that can be created under their target names.</summary>
    public static IEnumerable<string> Creatable(MappingFacts facts) => Absent(facts).Where(role => !IsOfRdsUnmapped(facts, role));

    /// <summary>Needed source roles, by name, whose target role is not there.</summary>
    public static IEnumerable<string> Absent(MappingFacts facts)
    {
        var present = facts.TargetServer.Roles.Select(role => role.Name).ToHashSet(StringComparer.Ordinal);
        return Needed(facts).Where(role => !present.Contains(facts.TargetName(role)) && !IsPredefined(facts.TargetName(role)));
    }

    /// <summary>Needed roles that the source has of RDS and the target lacks: only RDS makes them.</summary>
    public static IEnumerable<string> AbsentOfRds(MappingFacts facts) => Absent(facts).Where(role => IsOfRdsUnmapped(facts, role));

    /// <summary>
    /// Source roles that own something or are granted something, and the roles whose rights those have; by name.
    /// A role that is mapped to another name is replaced by that one, so its memberships are not followed.
    /// </summary>
    public static IEnumerable<string> Needed(MappingFacts facts)
    {
        var known = facts.SourceServer.Roles.ToDictionary(role => role.Name, StringComparer.Ordinal);
        var namedBySettings = PickedRoles.NamedBySettings(facts);
        var needed = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(PickedRoles.List(facts));
        foreach (var subscription in SubscriptionPlans.Carried(facts))
        {
            open.Push(subscription.Owner);
        }

        if (facts.Source.Settings is { Owner: var owner })
        {
            open.Push(owner);
        }

        while (open.TryPop(out var role))
        {
            if (IsOnBothSides(facts, role) || !needed.Add(role) || !known.TryGetValue(role, out var description))
            {
                continue;
            }

            // One that is there keeps its own settings, but for those in this database.
            foreach (var named in namedBySettings[role].Concat(IsThere(facts, role) ? [] : description.Settings.Select(RoleSetting.FindRole).OfType<string>()))
            {
                open.Push(named);
            }

            if (facts.Mapping.Roles.Map.ContainsKey(role))
            {
                continue;
            }

            foreach (var membership in description.MemberOf.Where(membership => !IsOfRds(facts.SourceServer, membership.Role)))
            {
                open.Push(membership.Role);
            }
        }

        return needed;
    }

    /// <summary>Needed source roles whose target role is there already, by name.</summary>
    public static IEnumerable<string> Present(MappingFacts facts)
    {
        var present = facts.TargetServer.Roles.Select(role => role.Name).ToHashSet(StringComparer.Ordinal);
        return Needed(facts).Where(role => present.Contains(facts.TargetName(role)));
    }

    /// <summary>Source roles that have rights in the database only as members of needed ones, each with one of those; by name.</summary>
    public static IEnumerable<(string Role, string Through)> OnlyMembers(MappingFacts facts)
    {
        var needed = Needed(facts).ToHashSet(StringComparer.Ordinal);
        return facts.SourceServer.Roles
            .Where(role => !needed.Contains(role.Name)
                && !role.IsSuperuser
                && role.Name != facts.SourceServer.Login.Name
                && !IsProvided(facts.SourceServer, role.Name))
            .Select(role => (
                role.Name,
                Through: role.MemberOf
                    .Select(membership => membership.Role)
                    .FirstOrDefault(group => needed.Contains(group) && !facts.Mapping.Roles.Map.ContainsKey(group))))
            .Where(pair => pair.Through is not null)!;
    }

    /// <summary>Memberships of roles that are created which the run can't give, with why.</summary>
    public static IEnumerable<(string Role, string Group, string Reason)> LeftMemberships(MappingFacts facts) =>
        from role in Missing(facts)
        from membership in role.Source.MemberOf
        let reason = WhyLeft(facts, role.Name, membership.Role)
        where reason is not null
        select (role.Name, facts.TargetName(membership.Role), reason);

    /// <summary>
    /// Who is in RDS's own roles, and in those that were on the target before, is for their owners to say; a role
    /// that is mapped to was chosen.
    /// </summary>
    private static string? WhyLeft(MappingFacts facts, string member, string group)
    {
        var (server, target) = (facts.TargetServer, facts.TargetName(group));
        var isOnTarget = server.Roles.Any(role => role.Name == target);
        return target switch
        {
            // PlannedMemberships leaves it out, too: the run may have to join the member, and no two roles are in each other.
            _ when !server.Login.IsSuperuser && (target == server.Login.Name || server.FindLink(target, server.Login.Name) is not null) =>
                $"is {(target == server.Login.Name ? "" : "in ")}the login of the run, which joins roles to act for them, and no two roles are in each other: where it is wanted, {(server.MajorVersion < 16 ? "" : $"REVOKE {member} FROM {server.Login.Name} and ")}GRANT {target} TO {member} afterwards",
            _ when IsPredefined(target) && !server.PredefinedRoles.Contains(target) => $"is a role that PostgreSQL {server.MajorVersion} does not have",
            _ when IsPredefined(target) || (isOnTarget && facts.Mapping.Roles.Map.ContainsValue(target)) =>
                server.MayGrant(target) ? null : $"is not for {server.Login.Name} to give: GRANT {target} TO {server.Login.Name} WITH ADMIN OPTION",
            _ when facts.Mapping.Roles.Map.ContainsValue(target) => null,
            _ when isOnTarget => "is on the target already, and who is in it is decided there",
            _ when IsOfRds(facts.SourceServer, group) => "is RDS's own",
            _ => null,
        };
    }

    /// <summary>PostgreSQL's predefined roles and, on a server of Amazon RDS, those that it brings: nobody creates them there.</summary>
    public static bool IsProvided(EndpointFacts server, string role) => IsPredefined(role) || IsOfRds(server, role);

    private static bool IsPredefined(string role) => role.StartsWith("pg_", StringComparison.Ordinal);

    /// <summary>Elsewhere than on RDS these names are as good as any other.</summary>
    private static bool IsOfRds(EndpointFacts server, string role) =>
        IsRds(server) && RdsRoles.IsOne(role);

    private static bool IsOfRdsUnmapped(MappingFacts facts, string role) => IsOfRds(facts.SourceServer, role) && !facts.Mapping.Roles.Map.ContainsKey(role);

    /// <summary>Of RDS's own, what is there as well. Its administrators own what Amazon puts into databases: they are missed nowhere.</summary>
    private static bool IsOnBothSides(MappingFacts facts, string role) =>
        IsPredefined(role)
        || (IsOfRdsUnmapped(facts, role) && (RdsRoles.IsAdministrator(role) || facts.TargetServer.Roles.Any(candidate => candidate.Name == role)));

    /// <summary>An instance may be named by its address, so that nobody asked AWS; its administrator shows it.</summary>
    private static bool IsRds(EndpointFacts server) => server.Rds is not null || server.Roles.Any(role => role.Name == RdsRoles.Administrator);

    /// <summary>With settings in the target's names. A role that the source's list lacks was dropped meanwhile or is hidden: a plain role stands in.</summary>
    public static RoleFacts Describe(MappingFacts facts, string role) =>
        facts.SourceServer.Roles.FirstOrDefault(candidate => candidate.Name == role) is { } known
            ? known with { Settings = [.. known.Settings.Select(setting => RoleSetting.Rename(setting, facts.TargetName))] }
            : new RoleFacts { Name = role };

    private static bool IsThere(MappingFacts facts, string role) => facts.TargetServer.Roles.Any(candidate => candidate.Name == facts.TargetName(role));

    private static PlannedRole Settle(MappingFacts facts, PlannedRole role) =>
        facts.SharedRoles.FirstOrDefault(shared => shared.Name == role.Name) is { } found
            ? role with { Source = found.Settle(role.Source, facts), PasswordFrom = found.PasswordFrom }
            : role;
}
