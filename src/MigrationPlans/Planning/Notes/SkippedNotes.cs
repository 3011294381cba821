using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Checks;

namespace MigrationPlans.Planning.Notes;

/// <summary>What a mapping does not carry over.</summary>
internal static class SkippedNotes
{
    public static IEnumerable<PlanNote> List(MappingFacts facts)
    {
        var source = facts.Source;
        return
        [
            .. RowsLeftOut(facts),
            .. facts.Mapping.SkipExtensions.Where(name => source.Extensions.Any(extension => extension.Name == name))
                .Select(name => Skipped($"extension {name}", "named under `extensions.skip`")),
            .. DroppedKeys(facts),
            .. facts.Source.HiddenUserMappings.Select(mapping => Skipped($"options of user mapping {mapping}", "the source login may not see them, passwords among them; the mapping arrives without any")),
            .. source.InvalidIndexes.Select(index => Skipped($"index {index}", "invalid: a CREATE INDEX CONCURRENTLY failed on the source")),
            .. source.Publications.Select(name => Skipped($"publication {name}", "its subscribers would have to be moved to the target by hand")),
            .. source.Subscriptions.Select(name => Skipped($"subscription {name}", "two subscribers to one slot would lose changes; create it anew after the move")),
            .. source.Relations.Where(view => view is { Kind: RelationKind.MaterializedView, IsPopulated: false } && facts.Filter.PicksTable(view.Schema, view.Name))
                .Select(view => Skipped($"rows of {view.Schema}.{view.Name}", "the materialized view is not populated on the source either")),
        ];
    }

    private static IEnumerable<PlanNote> RowsLeftOut(MappingFacts facts) =>
        facts.Source.Relations
            .Where(table => table.Kind == RelationKind.Table
                && facts.Filter.PicksTable(table.Schema, table.Name)
                && !facts.Filter.PicksRows(table.Schema, table.Name))
            .Select(table => Skipped($"rows of {table.Schema}.{table.Name}", "named under `exclude.tableData`; the table itself is created"));

    private static IEnumerable<PlanNote> DroppedKeys(MappingFacts facts) =>
        facts.Mapping.CrossBoundaryForeignKeys == CrossBoundaryForeignKeys.Drop
            ? ForeignKeyChecks.Crossing(facts).Select(key => Skipped(
                $"foreign key {key.Name} of {key.Schema}.{key.Table}",
                $"refers to {key.ReferencedSchema}.{key.ReferencedTable}, whose rows are not taken (`crossBoundaryForeignKeys: drop`)"))
            : [];

    private static PlanNote Skipped(string subject, string reason) => new(PlanNoteKind.Skipped, subject, reason);
}
