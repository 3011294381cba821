namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Puts the attachments that belong to one partitioned index, over all its levels, into a chain.
/// </summary>
/// <remarks>
/// PostgreSQL takes them at the same time, but then the uppermost index may stay invalid for ever: when a sub-partitioned index
/// is attached while another session attaches its own last part, each session looks before the other's commit (seen on 15, once
/// in 200 tries of five attachments at once). A foreign key to such a table is refused. One after another, any order is right.
/// </remarks>
internal static class AttachChains
{
    private const string Attach = "INDEX ATTACH";

    /// <summary>For each attachment but the first of its index, the id of the one before it.</summary>
    /// <param name="attachments">Those that are to be run; other entries are passed over.</param>
    /// <param name="all">All entries of the dump: an attachment names tables too, and only the indexes matter.</param>
    public static IReadOnlyDictionary<int, int> Predecessors(IEnumerable<SchemaEntry> attachments, IReadOnlyCollection<SchemaEntry> all)
    {
        var indexes = all.Where(entry => entry.Kind is "INDEX" or "CONSTRAINT").Select(entry => entry.Id).ToHashSet();

        // Indexes that an attachment names together are of one tree; those that were attached earlier tie it together too.
        var parents = new Dictionary<int, int>();
        foreach (var attachment in all.Where(entry => entry.Kind == Attach))
        {
            var named = attachment.DependsOn.Where(indexes.Contains).ToList();
            foreach (var index in named.Skip(1))
            {
                parents[RootOf(parents, index)] = RootOf(parents, named[0]);
            }
        }

        return attachments
            .Where(entry => entry.Kind == Attach && entry.DependsOn.Any(indexes.Contains))
            .OrderBy(entry => entry.Id)
            .GroupBy(entry => RootOf(parents, entry.DependsOn.First(indexes.Contains)), entry => entry.Id)
            .SelectMany(tree => tree.Zip(tree.Skip(1)))
            .ToDictionary(pair => pair.Second, pair => pair.First);
    }

    private static int RootOf(Dictionary<int, int> parents, int index)
    {
        while (parents.TryGetValue(index, out var parent) && parent != index)
        {
            index = parent;
        }

        return index;
    }
}
