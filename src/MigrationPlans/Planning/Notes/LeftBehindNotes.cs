using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Notes;

/// <summary>Tables of a source database that no mapping takes.</summary>
internal static class LeftBehindNotes
{
    private const string Reason = "stays behind: no mapping takes it";

    /// <param name="kept">The other mappings: those that are done or begun, and those that are not planned now.</param>
    public static IEnumerable<PlanNote> List(ImmutableArray<MappingFacts> mappings, ImmutableArray<DatabaseMapping> kept) =>
        mappings.GroupBy(mapping => mapping.Mapping.From).SelectMany(group => Of([.. group], [.. kept.Where(mapping => mapping.From == group.Key)]));

    private static IEnumerable<PlanNote> Of(ImmutableArray<MappingFacts> mappings, ImmutableArray<DatabaseMapping> kept)
    {
        var source = mappings[0].Source;
        var from = mappings[0].Mapping.From;
        var filters = mappings.Select(mapping => mapping.Filter)
            .Concat(kept.Select(mapping => SelectionFilter.For(mapping).Knowing(source.Partitions)))
            .ToList();
        var alongside = mappings.SelectMany(mapping => mapping.Picked.BroughtAlong).Select(table => (table.Schema!, table.Name)).ToHashSet();
        foreach (var schema in source.Schemas)
        {
            var tables = source.Relations.Where(relation => relation.Schema == schema && relation.Kind != RelationKind.Sequence).ToList();
            var left = tables.Where(table => !filters.Exists(filter => filter.PicksTable(schema, table.Name))).ToList();
            if (left.Count == tables.Count && !filters.Exists(filter => filter.PicksWholeSchema(schema)))
            {
                yield return new PlanNote(
                    PlanNoteKind.Skipped,
                    $"{from}: schema {schema}",
                    "stays behind but for what picked tables need: no mapping takes it");
            }
            else if (!filters.Exists(filter => filter.PicksWholeSchema(schema)))
            {
                foreach (var objects in source.SchemaObjects.Where(objects => objects.Schema == schema))
                {
                    var count = objects.Count == 1 ? $"{objects.Kind} {objects.First}" : $"{objects.Count} {Many(objects.Kind)}, {objects.First} among them";
                    yield return new PlanNote(
                        PlanNoteKind.Skipped,
                        $"{from}: {count} of schema {schema}",
                        "stays behind where no picked table needs it: no mapping takes the whole schema");
                }
            }

            // A table that comes without rows, because another one can't be without it, is noted where it goes.
            foreach (var table in left.Where(table => !alongside.Contains((schema, table.Name))))
            {
                yield return new PlanNote(PlanNoteKind.Skipped, $"{from}: {table.Schema}.{table.Name}", Reason);
            }
        }
    }

    private static string Many(string kind) => kind switch
    {
        "operator class" => "operator classes",
        "operator family" => "operator families",
        "text search dictionary" => "text search dictionaries",
        _ => $"{kind}s",
    };
}
