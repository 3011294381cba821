using System.Globalization;

namespace MigrationPlans.PostgreSql.Verification;

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
    public static IReadOnlyList<string?> Conditions(VerifiedTable table, int serverMajor)
    {
        var pages = table.Pages;
        var chunks = table.IsTree || serverMajor < RangeScanVersion ? 1 : Math.Min(pages, table.Bytes / ChunkBytes);
        return chunks < 2
            ? [null]
            : [.. Enumerable.Range(0, (int)chunks).Select(i => Range(pages * i / chunks, i + 1 == chunks ? null : pages * (i + 1) / chunks))];
    }

    private static string Range(long from, long? to) =>
        string.Create(CultureInfo.InvariantCulture, $"t.ctid OPERATOR(pg_catalog.>=) '({from},0)'::pg_catalog.tid{(to is null ? "" : $" AND t.ctid OPERATOR(pg_catalog.<) '({to},0)'::pg_catalog.tid")}");
}
