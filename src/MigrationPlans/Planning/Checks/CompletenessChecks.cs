using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Checks;

/// <summary>What can't come along whatever the copy does.</summary>
internal static class CompletenessChecks
{
    /// <summary>Such roles every server has.</summary>
    private const string Predefined = "pg_";

    /// <summary>Has no other members than the owner of the database, whom the login acts for.</summary>
    private const string DatabaseOwner = "pg_database_owner";

    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        var login = facts.TargetServer.Login;
        var impossible = login.IsSuperuser ? [] : facts.Source.SuperuserObjects.Where(item => IsPicked(facts, item) && !IsAllowed(login, item)).ToList();
        if (impossible.Count > 0)
        {
            yield return CompletenessDiagnostics.SuperuserObjects(
                facts.Address, login.Name, [.. impossible.Select(item => $"{item.Kind} {item.Name}")], facts.At("to"));
        }

        foreach (var function in login.IsSuperuser ? [] : facts.Source.FunctionParameters.Where(function => facts.Filter.PicksWholeSchema(function.Schema)
            && !facts.TargetServer.WasGranted(function.Parameter)))
        {
            yield return CompletenessDiagnostics.ParameterTakesSuperuser(facts.Address, login.Name, function.Function, function.Parameter, facts.At("to"));
        }

        foreach (var (role, act) in login.IsSuperuser ? [] : ActsOutOfReach(facts))
        {
            yield return CompletenessDiagnostics.OwnerOutOfReach(facts.Address, login.Name, role, act, facts.TargetName(role), facts.At("roles"));
        }

        foreach (var (role, act) in login.IsSuperuser ? [] : ActsNotGrantable(facts))
        {
            yield return facts.TargetServer.FindLink(role, login.Name) is { } link
                ? CompletenessDiagnostics.OwnerIsMember(facts.Address, login.Name, act, role, link, facts.At("roles"))
                : CompletenessDiagnostics.OwnerNotGrantable(facts.Address, login.Name, act, role, facts.At("roles"));
        }

        foreach (var value in facts.Source.ReorderedValues.Where(value => facts.Filter.PicksRows(value.Schema, value.Table)))
        {
            yield return CompletenessDiagnostics.ReorderedValues(facts.Address, $"{value.Schema}.{value.Table}", value.Column, value.RowType, facts.At("from"));
        }

        foreach (var partition in facts.Source.Relations.Where(relation => relation.IsHalfDetached && facts.Filter.PicksTable(relation.Schema, relation.Name)))
        {
            var table = partition.PartitionOf!.Value;
            yield return CompletenessDiagnostics.HalfDetached(
                facts.Address, $"{partition.Schema}.{partition.Name}", $"{table.Schema}.{table.Name}", facts.At("from"));
        }

        if (!facts.Filter.IsEverything && facts.Source.LargeObjects > 0)
        {
            yield return CompletenessDiagnostics.LargeObjectsStay(facts.Address, facts.Source.LargeObjects, facts.At("include"));
        }
    }

    /// <summary>What the run does as another role of the source, in words that end before the role's name.</summary>
    private static IEnumerable<(string Role, string Act)> Acts(MappingFacts facts) =>
        facts.PickedOwners.Select(owner => (owner.Role, $"give {owner.Example} to"))
            .Concat(facts.PickedGivers.Select(giver => (giver.Role, $"give rights to {giver.Example} in the name of")));

    /// <summary>Roles that are superusers on the target: nobody but a superuser acts for them.</summary>
    private static IEnumerable<(string Role, string Act)> ActsOutOfReach(MappingFacts facts)
    {
        var mighty = facts.TargetServer.Roles.Where(role => role.IsSuperuser).Select(role => role.Name).ToHashSet(StringComparer.Ordinal);
        return Acts(facts).Where(act => mighty.Contains(facts.TargetName(act.Role))).DistinctBy(act => act.Role, StringComparer.Ordinal);
    }

    /// <summary>
    /// Roles, in the target's names, that are there already and whose membership the login neither has nor may grant. Superusers
    /// are <see cref="ActsOutOfReach"/>.
    /// </summary>
    private static IEnumerable<(string Role, string Act)> ActsNotGrantable(MappingFacts facts)
    {
        var there = facts.TargetServer.Roles.Where(role => !role.IsSuperuser).Select(role => role.Name).ToHashSet(StringComparer.Ordinal);
        return Acts(facts)
            .Select(act => (Role: facts.TargetName(act.Role), act.Act))
            .Where(act => (there.Contains(act.Role) || (act.Role.StartsWith(Predefined, StringComparison.Ordinal) && act.Role != DatabaseOwner))
                && !facts.TargetServer.MayBecome(act.Role))
            .DistinctBy(act => act.Role, StringComparer.Ordinal);
    }

    /// <summary>What is in no schema comes with the whole database, or with an <c>exclude</c> alone.</summary>
    private static bool IsPicked(MappingFacts facts, SuperuserObject item) =>
        item.Schema is { } schema ? facts.Filter.PicksWholeSchema(schema) : facts.Mapping.Include is null;

    private static bool IsAllowed(LoginFacts login, SuperuserObject item) =>
        item.Kind is "event trigger" or "foreign-data wrapper" or "cast" && login.StandsForSuperuser();
}
