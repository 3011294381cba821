using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Checks;

/// <summary>Storage of each RDS target, against all that comes to it. What other servers have free can't be seen in SQL.</summary>
internal static class StorageChecks
{
    private const int Named = 3;

    public static IEnumerable<Diagnostic> Check(ImmutableArray<MappingFacts> mappings)
    {
        // Two endpoints of the manifest can be one instance.
        var instances = mappings.Where(mapping => mapping.TargetServer.Rds is { AllocatedBytes: > 0 })
            .GroupBy(mapping => (mapping.TargetServer.Rds!.Account, mapping.TargetServer.Rds.Region, mapping.TargetServer.Rds.Instance));
        foreach (var instance in instances)
        {
            var first = instance.First();
            var use = Add(first.TargetServer, [.. instance]);
            if (use.Used + use.Coming > Math.Max(use.Allocated, use.Limit ?? 0))
            {
                yield return StorageDiagnostics.TooSmall(instance.Key.Instance, use, first.At("to"));
            }
            else if (use.Used + use.Coming + use.Wal > use.Allocated)
            {
                yield return StorageDiagnostics.Tight(instance.Key.Instance, use, first.At("to"));
            }
        }
    }

    private static StorageUse Add(EndpointFacts server, ImmutableArray<MappingFacts> mappings)
    {
        var parts = mappings.Select(mapping => (mapping.Address, Bytes: Coming(mapping))).OrderByDescending(part => part.Bytes).ToList();
        var named = string.Join(
            ", ",
            parts.Take(Named).Select(part => string.Create(CultureInfo.InvariantCulture, $"`{part.Address}` {part.Bytes / (double)(1 << 30):0.#} GiB")));
        return new StorageUse(
            server.Rds!.AllocatedBytes,
            server.Rds.LimitBytes,
            server.DatabaseBytes.Values.Sum(bytes => bytes ?? 0),
            server.DatabaseBytes.Values.Count(bytes => bytes is null),
            parts.Sum(part => part.Bytes),
            server.Parameters.MaxWalBytes,
            parts.Count > Named ? $"{named} and {parts.Count - Named} more" : named);
    }

    /// <summary>What the mapping brings beyond what a run before this one left, or what is dropped first.</summary>
    private static long Coming(MappingFacts mapping)
    {
        var bytes = mapping.Source.Relations
            .Where(relation => relation.Kind is RelationKind.Table or RelationKind.MaterializedView && mapping.Filter.PicksRows(relation.Schema, relation.Name))
            .Sum(relation => relation.Bytes + relation.IndexBytes);
        var largeObjects = mapping.Filter.IsEverything && mapping.Source.LargeObjects > 0 ? mapping.Source.LargeObjectBytes : 0;
        var there = mapping.TargetServer.DatabaseBytes.GetValueOrDefault(mapping.Mapping.To.Database) ?? 0;
        return Math.Max(0, bytes + largeObjects - there);
    }
}
