using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Cuts the tables into units that are each copied in one transaction. Pure.</summary>
/// <param name="workers">How many units are copied at once.</param>
/// <param name="canChunk">Both what the source server can scan by page range, and what the tables are, allow it.</param>
internal sealed class CopyPlanner(int workers, bool canChunk)
{
    /// <summary>Below this, a table shares its transaction with others: its round trips cost more than its rows.</summary>
    public const long SmallTable = 1 << 20;

    private const int MaxBatchTables = 100;

    private const long MaxBatchBytes = 8 << 20;

    /// <summary>A table smaller than this is never cut: rows of a cut table don't arrive frozen.</summary>
    public const long MinCutTable = 128 << 20;

    private const long MinChunk = 32 << 20;

    private const long MaxChunk = 1L << 30;

    public ImmutableArray<CopyUnit> Plan(IReadOnlyCollection<TableCopy> tables)
    {
        var total = tables.Sum(table => table.Weight);
        var units = ImmutableArray.CreateBuilder<CopyUnit>();
        units.AddRange(RootLoads(tables));
        var linked = ConfigurationLinks.Find(tables);
        units.AddRange(linked.Select(Linked));
        var single = tables.Where(table => table.Through is null).Except(linked.SelectMany(group => group)).ToList();
        units.AddRange(single.Where(table => table.IsFirst || table.IsLast).Select(Whole));
        var direct = single.Where(table => table is { IsFirst: false, IsLast: false }).ToList();
        units.AddRange(Batches("empty", [.. direct.Where(table => table.IsEmpty)], MaxBatchTables * 10));
        units.AddRange(Batches("batch", [.. direct.Where(IsSmall)], BatchTables(direct.Count(IsSmall))));
        foreach (var table in direct.Where(table => !table.IsEmpty && !IsSmall(table)))
        {
            units.AddRange(Chunks(table, total));
        }

        return units.ToImmutable();
    }

    /// <summary>Chunks of a table, or the whole table when cutting does not pay.</summary>
    public IEnumerable<CopyUnit> Chunks(TableCopy table, long totalBytes)
    {
        var fair = totalBytes / workers;
        if (!canChunk || workers == 1 || table.Source.Condition is not null || table.Weight < Math.Max(MinCutTable, fair))
        {
            return [Whole(table)];
        }

        // Three rounds for each worker even out chunks of unequal density.
        var size = Math.Clamp(table.Weight / (workers * 3), MinChunk, MaxChunk);
        var count = (int)Math.Max(1, table.Weight / size);
        var pages = Math.Max(1, table.Source.Pages / count);
        return Enumerable.Range(0, count).Select(index => Chunk(table, new TableChunk(index, count, pages)));
    }

    /// <summary>
    /// For each chunk the one that must have arrived before it, so that a quarter of the workers is left for other work than one table's: the
    /// server makes those that append to one table wait for each other.
    /// </summary>
    public static Dictionary<string, ImmutableArray<string>> Ahead(ImmutableArray<CopyUnit> units, int workers)
    {
        var atOnce = workers - (workers / 4);
        return units.Where(unit => unit.Chunk is { Count: > 1 })
            .GroupBy(unit => unit.Tables[0].Name)
            .Select(table => table.Select(unit => unit.Key).ToList())
            .SelectMany(keys => keys.Skip(atOnce).Select((key, index) => (Key: key, Ahead: keys[index])))
            .ToDictionary(pair => pair.Key, pair => ImmutableArray.Create(pair.Ahead), StringComparer.Ordinal);
    }

    public static CopyUnit Chunk(TableCopy table, TableChunk chunk) => new()
    {
        Key = $"table {table.Name} {chunk.Index + 1}/{chunk.Count}",
        Tables = [table],
        Chunk = chunk,
        Bytes = table.Weight / chunk.Count,
    };

    private static CopyUnit Whole(TableCopy table) => new() { Key = $"table {table.Name}", Tables = [table], Bytes = table.Weight };

    private static CopyUnit Linked(ImmutableArray<TableCopy> group) =>
        new() { Key = $"configuration {group[0].Name}", Tables = group, Bytes = group.Sum(table => table.Weight) };

    private static bool IsSmall(TableCopy table) => !table.IsEmpty && table.Weight < SmallTable;

    // Enough batches for all workers to share, few enough to save round trips.
    private int BatchTables(int count) => Math.Clamp(count / (workers * 3), 1, MaxBatchTables);

    // Leaves of one tree share the transaction that empties the tree.
    private static IEnumerable<CopyUnit> RootLoads(IEnumerable<TableCopy> tables) =>
        tables.Where(table => table.Through is not null)
            .GroupBy(table => table.Through!.Value)
            .Select(tree => new CopyUnit { Key = $"tree {tree.Key}", Tables = [.. tree], Bytes = tree.Sum(table => table.Weight) });

    private static IEnumerable<CopyUnit> Batches(string name, IReadOnlyCollection<TableCopy> tables, int maxTables)
    {
        var batch = new List<TableCopy>();
        var number = 0;
        foreach (var table in tables.OrderByDescending(table => table.Weight))
        {
            if (batch.Count == maxTables || (batch.Count > 0 && batch.Sum(other => other.Weight) + table.Weight > MaxBatchBytes))
            {
                yield return Batch(name, ++number, batch);
                batch = [];
            }

            batch.Add(table);
        }

        if (batch.Count > 0)
        {
            yield return Batch(name, ++number, batch);
        }
    }

    private static CopyUnit Batch(string name, int number, List<TableCopy> tables) =>
        new() { Key = $"{name} {number}", Tables = [.. tables], Bytes = tables.Sum(table => table.Weight) };
}
