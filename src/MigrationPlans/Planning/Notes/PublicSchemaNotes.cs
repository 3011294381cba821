using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Notes;

/// <summary>What the source says of its schema <c>public</c>, where the target's belongs to a superuser and the login may not change it.</summary>
internal static class PublicSchemaNotes
{
    public static IEnumerable<PlanNote> List(MappingFacts facts)
    {
        // That the source has none, pg_dump does not say; only a whole copy takes it away.
        if (facts.FixedPublic is not { } target || !(facts.Source.Public is null ? facts.Filter.IsEverything : facts.Filter.PicksSchema("public")))
        {
            return [];
        }

        var why = $"the schema belongs to the superuser {target.Owner} there, and {facts.TargetServer.Login.Name} may not change it";
        return PublicSchemaDifference.Find(facts.Source.Public, target, facts.TargetName).Select(difference => ToNote(difference, why));
    }

    private static PlanNote ToNote(PublicSchemaDifference difference, string why)
    {
        var (subject, what) = difference switch
        {
            { Kind: "schema" } => ("absence of schema public", "the target keeps it, empty"),
            { Kind: "owner" } => ("owner of schema public", $"{difference.Source} on the source"),
            { Kind: "grant" } =>
                ($"privileges on {difference.Name}", $"{difference.Source ?? "none"} on the source, {difference.Target ?? "none"} on the target"),
            _ => ($"comment of {difference.Name}", "the target keeps its own"),
        };
        return new PlanNote(PlanNoteKind.Skipped, subject, $"{what}; {why}");
    }
}
