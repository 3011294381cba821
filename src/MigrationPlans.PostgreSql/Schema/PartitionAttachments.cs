using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Attaches a partitioned table to the one above it before its own partitions are attached to it. pg_dump goes by names, and from 17 on
/// <c>ATTACH PARTITION</c> gives the table's identity columns to what is attached, but not to the partitions that this has already.
/// </summary>
internal static class PartitionAttachments
{
    /// <summary>The entries, of which attachments only ever moved back: nothing in a dump waits for one.</summary>
    public static ImmutableArray<SchemaEntry> FromTheTop(ImmutableArray<SchemaEntry> entries)
    {
        var upper = FindUpper(entries);
        var waiting = new Dictionary<int, List<SchemaEntry>>();
        var placed = new HashSet<int>();
        var ordered = ImmutableArray.CreateBuilder<SchemaEntry>(entries.Length);
        foreach (var entry in entries)
        {
            if (upper.TryGetValue(entry.Id, out var above) && !placed.Contains(above))
            {
                waiting.TryAdd(above, []);
                waiting[above].Add(entry);
            }
            else
            {
                Place(entry);
            }
        }

        return ordered.MoveToImmutable();

        void Place(SchemaEntry entry)
        {
            ordered.Add(entry);
            placed.Add(entry.Id);
            waiting.GetValueOrDefault(entry.Id)?.ForEach(Place);
        }
    }

    /// <summary>By attachment, that of the table that it attaches to, where that is a partition itself.</summary>
    private static Dictionary<int, int> FindUpper(ImmutableArray<SchemaEntry> entries)
    {
        var links = PartitionLinks.FindAll(entries);
        var attachments = entries.Where(entry => entry.Kind == "TABLE ATTACH")
            .SelectMany(entry => entry.DependsOn.Where(id => links[id].Any(entry.DependsOn.Contains)).Select(partition => (partition, entry.Id)))
            .ToDictionary(pair => pair.partition, pair => pair.Id);
        return attachments.Where(pair => links[pair.Key].Any(attachments.ContainsKey))
            .ToDictionary(pair => pair.Value, pair => attachments[links[pair.Key].First(attachments.ContainsKey)]);
    }
}
