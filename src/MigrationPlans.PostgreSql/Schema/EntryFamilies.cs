using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Cuts entries into stretches that follow each other, and each stretch of tables, with their sequences and defaults, into families
/// that know nothing of each other: those can be made at the same time. Pure.
/// </summary>
internal static class EntryFamilies
{
    /// <param name="entries">In an order in which they can be restored.</param>
    /// <param name="archive">All entries, for what those depend on.</param>
    /// <param name="many">A stretch of fewer entries is not worth more than one session.</param>
    /// <returns>Stretches of families; what must go one after another is a single family.</returns>
    public static IEnumerable<ImmutableArray<ImmutableArray<SchemaEntry>>> Cut(
        ImmutableArray<SchemaEntry> entries, ImmutableArray<SchemaEntry> archive, int many)
    {
        var shared = archive.Where(entry => !IsOfTable(entry) && entry.Kind is not ("VIEW" or "MATERIALIZED VIEW" or "FOREIGN TABLE"))
            .Select(entry => entry.Id)
            .ToHashSet();
        var inOrder = ImmutableArray.CreateBuilder<SchemaEntry>();
        for (var (start, end) = (0, 0); start < entries.Length; start = end)
        {
            var isOfTables = IsOfTable(entries[start]);
            end = start + entries.Skip(start).TakeWhile(entry => IsOfTable(entry) == isOfTables).Count();
            if (!isOfTables || end - start < many)
            {
                inOrder.AddRange(entries[start..end]);
                continue;
            }

            if (inOrder.Count > 0)
            {
                yield return [inOrder.DrainToImmutable()];
            }

            yield return Families(entries[start..end], shared);
        }

        if (inOrder.Count > 0)
        {
            yield return [inOrder.DrainToImmutable()];
        }
    }

    /// <summary>Puts families together to about so many parts of one size, none larger than it must be.</summary>
    public static IEnumerable<ImmutableArray<SchemaEntry>> Pack(ImmutableArray<ImmutableArray<SchemaEntry>> families, int parts)
    {
        var size = Math.Max(1, families.Sum(family => family.Length) / parts);
        var part = ImmutableArray.CreateBuilder<SchemaEntry>();
        foreach (var family in families)
        {
            part.AddRange(family);
            if (part.Count >= size)
            {
                yield return part.DrainToImmutable();
            }
        }

        if (part.Count > 0)
        {
            yield return part.DrainToImmutable();
        }
    }

    // Views are not among them: what a query needs is too much to be sure of.
    private static bool IsOfTable(SchemaEntry entry) => entry.Kind is "TABLE" or "TABLE ATTACH" or "SEQUENCE" or "SEQUENCE OWNED BY" or "DEFAULT" or "COMMENT";

    /// <param name="entries">Of tables.</param>
    /// <param name="shared">Types, functions, schemas: many may need one at the same time. What is no entry at all is not among them.</param>
    private static ImmutableArray<ImmutableArray<SchemaEntry>> Families(ImmutableArray<SchemaEntry> entries, HashSet<int> shared)
    {
        var parents = new Dictionary<int, int>();
        foreach (var entry in entries)
        {
            foreach (var needed in entry.DependsOn.Where(id => !shared.Contains(id)))
            {
                parents[HeadOf(entry.Id)] = HeadOf(needed);
            }
        }

        return [.. entries.GroupBy(entry => HeadOf(entry.Id)).Select(family => family.ToImmutableArray())];

        int HeadOf(int id)
        {
            while (parents.TryGetValue(id, out var parent) && parent != id)
            {
                id = parents[id] = parents.GetValueOrDefault(parent, parent);
            }

            return id;
        }
    }
}
