using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Sorts the post-data section: what is built with the data, and what comes after all data is there.</summary>
public static class PostDataEntries
{
    /// <summary>
    /// The indexes, primary keys, unique and exclusion constraints, and attachments of partition indexes, in dump order, each
    /// with the tables and materialized views that it needs the rows of. What such an entry further needs is in
    /// <see cref="SchemaEntry.DependsOn"/>: ids of pre-data entries or of others of this list.
    /// </summary>
    public static ImmutableArray<IndexEntry> IndexWork(SchemaArchive archive)
    {
        var entries = archive.Entries.ToDictionary(entry => entry.Id);
        var early = new Dictionary<int, IndexEntry>();
        foreach (var entry in archive.In(SchemaSection.PostData).Where(IsIndex))
        {
            var needs = entry.DependsOn.Where(entries.ContainsKey).Select(id => entries[id]).ToList();
            // A view that pg_dump postponed is built later, and so are its indexes.
            if (needs.All(need => need.Section == SchemaSection.PreData || early.ContainsKey(need.Id)))
            {
                early[entry.Id] = new IndexEntry(entry, [.. needs.Where(IsFilled).Select(need => need.ObjectOid).Distinct()]);
            }
        }

        return [.. early.Values];
    }

    /// <summary>Whether building it reads rows and makes an index, or puts such an index in its place.</summary>
    internal static bool IsIndex(SchemaEntry entry) => entry is { Section: SchemaSection.PostData, Kind: "INDEX" or "CONSTRAINT" or "INDEX ATTACH" };

    internal static bool IsForeignKey(SchemaEntry entry) => entry.Kind == "FK CONSTRAINT";

    internal static bool IsPrivilege(SchemaEntry entry) => entry.Kind is "ACL" or "ACL LANGUAGE" or "DEFAULT ACL";

    private static bool IsFilled(SchemaEntry entry) => entry.Kind is "TABLE" or "MATERIALIZED VIEW";
}

/// <param name="Relations">Oids on the source (<c>pg_class</c>) of the tables and materialized views that it is built on;
/// a partition's index attachment names both tables.</param>
public sealed record IndexEntry(SchemaEntry Entry, ImmutableArray<uint> Relations);
