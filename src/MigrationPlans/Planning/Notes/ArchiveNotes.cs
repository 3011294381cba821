using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Notes;

/// <summary>What an archive on disk means for what is in it.</summary>
internal static class ArchiveNotes
{
    public static IEnumerable<PlanNote> List(MappingFacts facts) =>
        facts.Mapping.Strategy == Strategy.Archive && !facts.Source.ForeignServers.IsEmpty
            ? [new PlanNote(
                PlanNoteKind.Risk,
                "archive",
                $"it holds the options of user mappings, passwords among them, where the login may read them: {string.Join(", ", facts.Source.ForeignServers)}")]
            : [];
}
