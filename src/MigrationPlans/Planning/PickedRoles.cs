using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>The roles that what a mapping picks can't be without. Those that only the rest of the database names stay behind with it.</summary>
internal static class PickedRoles
{
    /// <summary>Source roles, by name; each can be named more than once.</summary>
    public static IEnumerable<string> List(MappingFacts facts) => facts.Filter.IsEveryObject
        ? facts.Source.ReferencedRoles
        : facts.Source.RoleUses.Where(use => IsPicked(facts, use)).Select(use => use.Role);

    /// <summary>What they own, or gave rights to, of what comes, be it named by the pick or brought along; nothing where all comes.</summary>
    public static IEnumerable<RoleUse> Uses(MappingFacts facts) =>
        facts.Source.RoleUses.Where(use => use.Name is not null && IsPicked(facts, use) && facts.Picked.Keeps(use.Id));

    /// <summary>Roles that a role takes on in this database alone (<c>ALTER ROLE … IN DATABASE … SET role</c>), by its name.</summary>
    public static ILookup<string, string> NamedBySettings(MappingFacts facts) =>
        facts.Source.RoleUses.Where(use => use.SettingsOf is not null).ToLookup(use => use.SettingsOf!, use => use.Role, StringComparer.Ordinal);

    /// <summary>Roles that have something in the database, and nothing in what is picked; by name.</summary>
    public static IEnumerable<string> Left(MappingFacts facts) => facts.Filter.IsEveryObject
        ? []
        : facts.Source.ReferencedRoles.Except(RolePlans.Needed(facts), StringComparer.Ordinal).Where(role => !RolePlans.IsProvided(facts.SourceServer, role));

    private static bool IsPicked(MappingFacts facts, RoleUse use) => facts.Picked.Needs(use.Id) || use switch
    {
        _ when facts.Picked.Knows(use.Id) => facts.Picked.Keeps(use.Id),
        { Kind: "publication" } => facts.Mapping.Publications == PublicationPolicy.Copy,
        { Kind: "database" } => true,
        { SettingsOf: not null } => false,
        { Kind: "schema", Schema: { } schema } => facts.PicksSchema(schema) || HoldsExtension(facts, schema),
        { Schema: { } schema } => facts.Filter.PicksWholeSchema(schema),
        _ => facts.Mapping.Include is null,
    };

    /// <summary>Extensions come under every pick, and their schemas with them.</summary>
    private static bool HoldsExtension(MappingFacts facts, string schema) =>
        facts.Source.Extensions.Any(extension => extension.Schema == schema && !facts.Mapping.SkipExtensions.Contains(extension.Name));
}
