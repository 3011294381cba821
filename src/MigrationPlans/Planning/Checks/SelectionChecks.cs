using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Checks;

/// <summary>Picks that fit nothing, and selections that leave nothing.</summary>
internal static class SelectionChecks
{
    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        var dead = Unmatched(facts, "include", facts.Mapping.Include).Concat(Unmatched(facts, "exclude", facts.Mapping.Exclude)).ToList();
        if (dead.Count == 0 && !facts.Filter.IsEverything && PicksNothing(facts))
        {
            return [PlanningDiagnostics.NothingPicked(facts.Address, facts.Mapping.From.ToString(), facts.At("exclude"))];
        }

        return [.. dead, .. PartitionsLeftOut(facts)];
    }

    /// <summary>Partitions are picked by their own names: a partitioned table whose partitions are not picked arrives empty.</summary>
    private static IEnumerable<Diagnostic> PartitionsLeftOut(MappingFacts facts) =>
        facts.Source.Relations
            .Where(table => table.Kind == RelationKind.PartitionedTable && facts.Filter.PicksRows(table.Schema, table.Name))
            .GroupBy(table => table.Schema, StringComparer.Ordinal)
            .Select(schema => (
                Root: schema.First(),
                LeftOut: facts.Source.Relations.Where(part => part.IsPartition && part.Schema == schema.Key && !facts.Filter.PicksTable(part.Schema, part.Name)).ToList()))
            .Where(pair => pair.LeftOut.Count > 0)
            .Select(pair => PlanningDiagnostics.PartitionsLeftOut(
                facts.Address, $"{pair.Root.Schema}.{pair.Root.Name}", $"{pair.LeftOut[0].Schema}.{pair.LeftOut[0].Name}", pair.LeftOut.Count - 1, facts.At("include")));

    private static bool PicksNothing(MappingFacts facts) =>
        !facts.Source.Schemas.Any(facts.Filter.PicksWholeSchema)
        && !facts.Source.Relations.Any(relation => facts.Filter.PicksTable(relation.Schema, relation.Name));

    private static IEnumerable<Diagnostic> Unmatched(MappingFacts facts, string side, Selection? selection)
    {
        if (selection is null)
        {
            return [];
        }

        var tables = facts.Source.Relations.Select(relation => $"{relation.Schema}.{relation.Name}").ToList();
        return
        [
            .. Unmatched(facts, $"{side}.schemas", selection.Schemas, facts.Source.Schemas),
            .. Unmatched(facts, $"{side}.tables", selection.Tables, tables),
            .. Unmatched(facts, $"{side}.tableData", selection.TableData, tables),
        ];
    }

    private static IEnumerable<Diagnostic> Unmatched(
        MappingFacts facts, string key, ImmutableArray<string> patterns, IReadOnlyCollection<string> names)
    {
        for (var i = 0; i < patterns.Length; i++)
        {
            var pattern = patterns[i];
            if (!names.Any(name => SelectionFilter.Matches(pattern, name)))
            {
                var span = facts.Positions.Value(ManifestPath.Item($"{facts.Mapping.Path}.{key}", i));
                yield return PlanningDiagnostics.PickMatchesNothing(
                    facts.Address, key, pattern, facts.Mapping.From.ToString(), DidYouMean.Find(pattern, names), span);
            }
        }
    }
}
