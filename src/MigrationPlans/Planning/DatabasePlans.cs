using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Notes;

namespace MigrationPlans.Planning;

/// <summary>What the plan says about a mapping.</summary>
internal static class DatabasePlans
{
    public static PlannedDatabase Describe(MigrationManifest manifest, DatabaseMapping mapping, MappingFacts? facts)
    {
        var tables = facts?.CopiedTables
            .Select(table => new PlannedTable(table.Schema, table.Name, new Estimate(table.Bytes, table.EstimatedRows)))
            .ToImmutableArray();
        return new PlannedDatabase
        {
            Address = mapping.Address,
            From = mapping.From,
            To = mapping.To,
            Strategy = mapping.Strategy,
            Fence = mapping.Fence,
            Verify = mapping.Verify,
            Digest = WorkDigest.Of(manifest, mapping),
            Tables = tables,
            Notes = [.. DatabaseNotes.List(mapping, facts)],
            Estimate = tables is { } list ? Total(list) : null,
        };
    }

    /// <summary>Rows are unknown as soon as one table's are.</summary>
    private static Estimate Total(ImmutableArray<PlannedTable> tables) => new(
        tables.Sum(table => table.Estimate!.Bytes),
        tables.Any(table => table.Estimate!.Rows < 0) ? -1 : tables.Sum(table => table.Estimate!.Rows));
}
