using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// What pg_dump says that partitions need and they can do without: the table that they are a partition of, and for their indexes and keys
/// that table's. They are made alone, and an entry of its own attaches them.
/// </summary>
/// <remarks>pg_dump below 14 attaches a partition in the entry that makes it: such a partition does need its root.</remarks>
internal static class PartitionLinks
{
    /// <summary>By the entry that could do without.</summary>
    public static ILookup<int, int> FindLoose(ImmutableArray<SchemaEntry> entries) =>
        Find(entries, (attachment, part) => attachment.Kind == "TABLE ATTACH" || IsIndex(part));

    /// <summary>With those that an entry of another kind tells: an attachment of an index names the tables too.</summary>
    public static ILookup<int, int> FindAll(ImmutableArray<SchemaEntry> entries) => Find(entries, (_, _) => true);

    private static ILookup<int, int> Find(ImmutableArray<SchemaEntry> entries, Func<SchemaEntry, SchemaEntry, bool> isWanted)
    {
        var byId = entries.ToDictionary(entry => entry.Id);
        return entries.Where(entry => entry.Kind is "TABLE ATTACH" or "INDEX ATTACH")
            .Select(attachment => (attachment, named: attachment.DependsOn.Where(byId.ContainsKey).Select(id => byId[id]).ToList()))
            .SelectMany(told => told.named.Where(part => isWanted(told.attachment, part))
                .SelectMany(part => told.named.Where(other => IsAlike(part, other) && part.DependsOn.Contains(other.Id))
                    .Select(whole => (Part: part.Id, Whole: whole.Id))))
            .ToLookup(link => link.Part, link => link.Whole);
    }

    private static bool IsAlike(SchemaEntry one, SchemaEntry other) =>
        (EntryKinds.IsTable(one) && EntryKinds.IsTable(other)) || (IsIndex(one) && IsIndex(other));

    private static bool IsIndex(SchemaEntry entry) => entry.Kind is "INDEX" or "CONSTRAINT";
}
