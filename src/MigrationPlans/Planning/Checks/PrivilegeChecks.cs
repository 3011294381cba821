using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Checks;

/// <summary>What the logins need to be allowed.</summary>
internal static class PrivilegeChecks
{
    private const int NamedTables = 3;

    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        var login = facts.TargetServer.Login;
        if ((!facts.Target.Exists || facts.Replaces) && !login.MayCreateDatabases())
        {
            yield return PrivilegeDiagnostics.CantCreateDatabases(facts.Address, login.Name, facts.TargetServer.Name, facts.At("to"));
        }

        if (facts.Replaces && facts.Target.Settings is { } target && !login.ActsAs(target.Owner))
        {
            yield return PrivilegeDiagnostics.CantDropTarget(facts.Address, login.Name, target.Owner, facts.At("onExisting"));
        }

        if (OwnerThatStays(facts) is { } stays)
        {
            yield return ExistingTargetDiagnostics.OwnerStays(facts.Address, facts.Mapping.To.Database, login.Name, stays.Owner, stays.Wanted, facts.At("to"));
        }

        if (!facts.TargetServer.LoginInherits && OwnersBesideLogin(facts).FirstOrDefault() is { } other)
        {
            yield return PrivilegeDiagnostics.LoginDoesNotInherit(facts.Address, login.Name, other, facts.TargetServer.Name, facts.At("to"));
        }

        var reader = facts.SourceServer.Login;
        var hidden = facts.CopiedTables.Where(table => table.HidesRows).ToList();
        if (hidden.Count > 0)
        {
            yield return PrivilegeDiagnostics.RowsHidden(facts.Address, reader.Name, Join(hidden), facts.At("from"));
        }

        var unreadable = facts.Source.Relations
            .Where(relation => relation is { HoldsSomething: true, IsReadable: false })
            .ToLookup(relation => facts.Filter.PicksRows(relation.Schema, relation.Name));
        if (unreadable[true].ToList() is { Count: > 0 } copied)
        {
            yield return PrivilegeDiagnostics.Unreadable(facts.Address, reader.Name, Join(copied), facts.At("from"));
        }

        if (unreadable[false].Where(relation => relation.IsLockedByDump).ToList() is { Count: > 0 } locked)
        {
            yield return PrivilegeDiagnostics.NotLockable(facts.Address, reader.Name, Join(locked), facts.At("from"));
        }

        if (facts.Filter.IsEverything && facts.Source.UnreadableLargeObjects is var objects and > 0)
        {
            yield return CompletenessDiagnostics.LargeObjectsUnreadable(facts.Address, reader.Name, objects, facts.At("from"));
        }

        if (facts.Mapping.Fence == Fence.ReadOnly && facts.Source.Settings is { } source && !reader.ActsAs(source.Owner))
        {
            yield return PrivilegeDiagnostics.CantFence(
                facts.Address, reader.Name, facts.Mapping.From.ToString(), source.Owner, facts.At("fence"));
        }
    }

    /// <summary>
    /// Of a target database that is filled as it is, where the login can't give it to whom the source's belongs to; without a comparison,
    /// a note at the end says so.
    /// </summary>
    private static (string Owner, string Wanted)? OwnerThatStays(MappingFacts facts)
    {
        if (facts is not { Target: { Exists: true, IsEmpty: true, Settings: { } there }, Source.Settings: { } here, Replaces: false, IsResumed: false }
            || facts.Mapping.Verify == VerificationLevel.None)
        {
            return null;
        }

        var (server, wanted) = (facts.TargetServer, facts.TargetName(here.Owner));
        var comes = server.Roles.Any(role => role.Name == wanted) || (facts.Mapping.Roles.Create != RoleCreation.None && wanted != RdsRoles.Administrator);
        var isMighty = server.Roles.Any(role => role.Name == there.Owner && role.IsSuperuser);
        return wanted != there.Owner && comes && !(server.Login.ActsAs(there.Owner) || (!isMighty && server.MayBecome(there.Owner)))
            ? (there.Owner, wanted)
            : null;
    }

    /// <summary>Roles that own what is picked, in the target's names.</summary>
    private static IEnumerable<string> OwnersBesideLogin(MappingFacts facts) =>
        facts.PickedOwners.Select(owner => facts.TargetName(owner.Role)).Where(owner => owner != facts.TargetServer.Login.Name);

    private static string Join(List<RelationFacts> tables)
    {
        var named = string.Join(", ", tables.Take(NamedTables).Select(table => $"`{table.Schema}.{table.Name}`"));
        return tables.Count > NamedTables ? $"{named} and {tables.Count - NamedTables} more" : named;
    }
}
