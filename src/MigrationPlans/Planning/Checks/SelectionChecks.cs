using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
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
        facts.Picked.LeftOutPartitions
            .Where(pair => facts.Filter.PicksRows(pair.Root.Schema!, pair.Root.Name))
            .GroupBy(pair => pair.Root.Id)
            .Select(group => (group.First().Root, Parts: group.Select(pair => pair.Partition).ToList()))
            .Select(pair => PlanningDiagnostics.PartitionsLeftOut(
                facts.Address,
                $"{pair.Root.Schema}.{pair.Root.Name}",
                $"{pair.Parts[0].Schema}.{pair.Parts[0].Name}",
                pair.Parts.Count - 1,
                facts.At("include")));

    private static bool PicksNothing(MappingFacts facts) =>
        !facts.Source.Schemas.Any(facts.Filter.PicksWholeSchema)
        && !facts.Source.Relations.Any(relation => facts.Filter.PicksTable(relation.Schema, relation.Name))
        && !ExtensionPlans.Wanted(facts).SelectMany(extension => extension.Configuration).Any(table => facts.Filter.PicksTable(table.Schema, table.Name));

    private static IEnumerable<Diagnostic> Unmatched(MappingFacts facts, string side, Selection? selection)
    {
        if (selection is null)
        {
            return [];
        }

        // Of an extension, which comes under every pick, rows of the user's can be picked, and left out.
        var ofExtensions = facts.Source.Extensions.SelectMany(extension => extension.Configuration).ToList();
        string[] tables = [.. facts.Source.Relations.Select(relation => $"{relation.Identity}"), .. ofExtensions.Select(table => $"{table}")];
        return
        [
            .. Unmatched(facts, $"{side}.schemas", selection.Schemas, [.. facts.Source.Schemas, .. ofExtensions.Select(table => table.Schema)]),
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
