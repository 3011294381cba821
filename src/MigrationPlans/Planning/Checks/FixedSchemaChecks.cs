using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Checks;

/// <summary>Schemas of a target that somebody made beforehand and in which the login can let nobody create.</summary>
internal static class FixedSchemaChecks
{
    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        if (facts.IsResumed || facts.Replaces || facts.Target.FixedSchemas.IsEmpty)
        {
            yield break;
        }

        // The run acts for each of them, and so for the schema's owner where it is one.
        var owners = facts.PickedOwners.Select(owner => facts.TargetName(owner.Role)).ToHashSet(StringComparer.Ordinal);
        foreach (var schema in facts.Target.FixedSchemas.Where(schema => !owners.Contains(schema.Owner)))
        {
            foreach (var (owner, example) in OwnersIn(facts, schema.Name)
                .Where(owner => !schema.Admits(owner.Role) && !IsToJoin(facts, schema, owner.Role))
                .DistinctBy(owner => owner.Role, StringComparer.Ordinal))
            {
                var isThere = facts.TargetServer.Roles.Any(role => role.Name == owner);
                yield return ExistingTargetDiagnostics.OwnerMayNotCreate(facts.Address, schema.Name, schema.Owner, owner, example, isThere, facts.At("to"));
            }
        }
    }

    /// <summary>A role that the run creates gets its memberships too.</summary>
    private static bool IsToJoin(MappingFacts facts, FixedSchemaFacts schema, string owner) =>
        facts.TargetServer.Roles.All(role => role.Name != owner)
        && facts.SourceServer.Roles
            .Where(role => facts.TargetName(role.Name) == owner)
            .SelectMany(role => role.MemberOf)
            .Any(membership => schema.Admits(facts.TargetName(membership.Role)));

    /// <summary>Default privileges take no right to create; what they are for has an owner of its own.</summary>
    private static bool IsCreated(string example) =>
        !example.StartsWith("schema ", StringComparison.Ordinal) && !example.StartsWith("default acl ", StringComparison.Ordinal);

    /// <summary>Roles that get what is picked of the schema, in the target's names; the schema itself keeps its owner.</summary>
    private static IEnumerable<(string Role, string Example)> OwnersIn(MappingFacts facts, string schema)
    {
        var relations = facts.Source.Relations
            .Where(relation => relation.Schema == schema && facts.Filter.PicksTable(relation.Schema, relation.Name))
            .Select(relation => (relation.Owner, $"{relation.Schema}.{relation.Name}"));
        var others = facts.Filter.PicksWholeSchema(schema)
            ? facts.Source.Owners
                .Where(owner => owner.Schema == schema && !owner.IsGiver && IsCreated(owner.Example))
                .Select(owner => (owner.Role, owner.Example))
            : [];
        return relations.Concat(others).Select(owner => (facts.TargetName(owner.Item1), owner.Item2));
    }
}
