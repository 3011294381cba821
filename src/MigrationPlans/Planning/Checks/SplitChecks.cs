using System.Collections.Immutable;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Planning.Checks;

/// <summary>Mappings that share a source database: what two of them take.</summary>
internal static class SplitChecks
{
    public static IEnumerable<Diagnostic> Check(ImmutableArray<MappingFacts> mappings)
    {
        foreach (var group in mappings.GroupBy(mapping => mapping.Mapping.From).Where(group => group.Any(mapping => !mapping.Filter.IsEverything)))
        {
            var parts = group.ToList();
            for (var first = 0; first < parts.Count; first++)
            {
                for (var second = first + 1; second < parts.Count; second++)
                {
                    if (Overlap(parts[first], parts[second]) is { } finding)
                    {
                        yield return finding;
                    }
                }
            }
        }
    }

    private static Diagnostic? Overlap(MappingFacts first, MappingFacts second)
    {
        var both = first.CopiedTables.Where(table => second.Filter.PicksRows(table.Schema, table.Name)).ToList();
        return both.Count == 0
            ? null
            : PlanningDiagnostics.Overlap(
                first.Address, second.Address, $"{both[0].Schema}.{both[0].Name}", both.Count - 1, second.Positions.Value(second.Mapping.Path));
    }
}
