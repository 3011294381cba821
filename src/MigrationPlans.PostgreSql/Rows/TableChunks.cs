using System.Globalization;

namespace MigrationPlans.PostgreSql.Rows;

/// <summary>
/// Cuts a large table into ranges of pages, which are read at the same time. Each side is cut by its own pages: sums do not
/// depend on where a row lies.
/// </summary>
internal static class TableChunks
{
    /// <summary>Reading this much takes a second or so; less is not worth a query of its own.</summary>
    private const long ChunkBytes = 64L << 20;

    /// <summary>From 14 on, a condition on ctid reads only the pages in question; before, each chunk would read the table.</summary>
    private const int RangeScanVersion = 14;

    /// <summary>Conditions over <c>t</c> that together hold for each row once; a single null where the table goes in one piece.</summary>
    /// <remarks>Pages that the table has grown by since fall into the last chunk.</remarks>
    public static IReadOnlyList<string?> Conditions(long pages, long bytes, int serverMajor)
    {
        var chunks = Count(pages, bytes, serverMajor);
        return [.. Enumerable.Range(0, chunks).Select(i => Condition(pages, i, chunks))];
    }

    /// <summary>How many chunks a table is worth that is no tree; at least one.</summary>
    public static int Count(long pages, long bytes, int serverMajor) =>
        serverMajor < RangeScanVersion ? 1 : (int)Math.Max(1, Math.Min(pages, bytes / ChunkBytes));

    /// <summary>What holds for the rows of one chunk of so many; null where that is all of them.</summary>
    /// <param name="pages">Of this side's table. With fewer than there are chunks, some chunks are empty.</param>
    public static string? Condition(long pages, int chunk, int chunks) =>
        chunks < 2 ? null : Range(pages * chunk / chunks, chunk + 1 == chunks ? null : pages * (chunk + 1) / chunks);

    private static string Range(long from, long? to) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"t.ctid OPERATOR(pg_catalog.>=) '({from},0)'::pg_catalog.tid{(to is null ? "" : $" AND t.ctid OPERATOR(pg_catalog.<) '({to},0)'::pg_catalog.tid")}");
}
