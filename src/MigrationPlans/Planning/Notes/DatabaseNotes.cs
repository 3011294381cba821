using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Notes;

/// <summary>What a reviewer should know about a mapping: what stays behind, what changes on the way, what may surprise.</summary>
/// <remarks>Notes are part of the plan's digest, so they say only what stays true from one look to the next.</remarks>
internal static class DatabaseNotes
{
    public static IEnumerable<PlanNote> List(DatabaseMapping mapping, MappingFacts? facts)
    {
        var offline = OfStrategy(mapping);
        return facts is null
            ? offline
            : offline.Concat(SkippedNotes.List(facts))
                .Concat(PublicSchemaNotes.List(facts))
                .Concat(MappedNotes.List(facts))
                .Concat(RiskNotes.List(facts))
                .Concat(ArchiveNotes.List(facts));
    }

    private static IEnumerable<PlanNote> OfStrategy(DatabaseMapping mapping) => mapping.Strategy switch
    {
        Strategy.Replicate => [new PlanNote(
            PlanNoteKind.NotYet,
            "strategy replicate",
            "logical replication comes with a later version; `strategy: stream` with `fence: read-only` is the way today")],
        _ => [],
    };
}
