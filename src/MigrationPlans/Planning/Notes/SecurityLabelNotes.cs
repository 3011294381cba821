using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Notes;

/// <summary>Labels whose provider the target may lack: only a session there can tell, and only by being asked to set one.</summary>
internal static class SecurityLabelNotes
{
    private const int Shown = 5;

    public static IEnumerable<PlanNote> List(MappingFacts facts) =>
        facts.Source.SecurityLabels.Where(label => IsPicked(label, facts)).GroupBy(label => label.Provider, StringComparer.Ordinal)
            .Select(labels => new PlanNote(
                PlanNoteKind.Risk,
                $"security labels of {labels.Key}",
                $"stay behind if the target's sessions have no such provider: load its library there first (`shared_preload_libraries`) to keep those of {Names([.. labels])}"));

    private static bool IsPicked(SecurityLabelFacts label, MappingFacts facts) => label switch
    {
        { Relation: { } relation, Schema: { } schema } => facts.Filter.PicksTable(schema, relation) && facts.Picked.Keeps(schema, relation),
        { Schema: { } schema } => facts.PicksSchema(schema),
        _ => true,
    };

    private static string Names(List<SecurityLabelFacts> labels)
    {
        var first = string.Join(", ", labels.Take(Shown).Select(label => label.Name));
        return labels.Count > Shown ? $"{first} and {labels.Count - Shown} more" : first;
    }
}
