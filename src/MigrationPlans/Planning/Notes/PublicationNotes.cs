using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Notes;

/// <summary>Publications that stay behind, as a whole or in part.</summary>
internal static class PublicationNotes
{
    public static IEnumerable<PlanNote> List(MappingFacts facts) => facts.Mapping.Publications == PublicationPolicy.Copy
        ? facts.Filter.IsEveryObject ? [] : facts.Source.Publications.SelectMany(name => OfPicked(facts, name))
        : facts.Source.Publications.Select(name => Skipped(
            $"publication {name}",
            "its subscribers would have to be moved to the target by hand; `publications: copy` creates it there"));

    /// <summary>Under <c>include</c> a publication comes with something that it publishes, as all that is in no schema comes with what it serves.</summary>
    private static IEnumerable<PlanNote> OfPicked(MappingFacts facts, string publication)
    {
        var parts = facts.Source.PublishedParts.Where(part => part.Publication == publication && part.Schema is not null).ToList();
        var left = parts.Where(part => !Arrives(facts, part)).ToList();
        if (facts.Mapping.Include is not null && left.Count == parts.Count)
        {
            var reason = facts.Source.PublishedParts.Contains(new PublishedPart(publication, Schema: null, Table: null))
                ? "publishes all tables, and `include` takes some"
                : "nothing that it publishes is picked";
            return [Skipped($"publication {publication}", reason)];
        }

        return left.Select(part => Skipped(
            $"{(part.Table is null ? $"schema {part.Schema}" : $"table {part.Schema}.{part.Table}")} of publication {publication}",
            "is not picked; the publication comes without it"));
    }

    private static bool Arrives(MappingFacts facts, PublishedPart part) =>
        part.Table is { } table ? facts.Picked.Keeps(part.Schema!, table) : facts.PicksSchema(part.Schema!);

    private static PlanNote Skipped(string subject, string reason) => new(PlanNoteKind.Skipped, subject, reason);
}
