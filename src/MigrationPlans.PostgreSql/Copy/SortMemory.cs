using System.Globalization;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// How much memory the sort of a B-tree's keys gets: as little as lets it merge its runs in one pass. A run that fits into the
/// processor's caches is sorted much faster than one that fills the memory: keys of 32 letters, 6 million of them, in half the time
/// (docs/performance.md). Other access methods don't sort; they get all that a worker has.
/// </summary>
internal static class SortMemory
{
    /// <summary>Of a run while it is merged: 264 kB (tuplesort.c, MERGE_BUFFER_SIZE), and as much again for tables that grow with their keys.</summary>
    private const double MergeBufferBytes = 512 * 1024;

    private const long MinKilobytes = 4 * 1024;

    /// <summary>Whether the statement builds a B-tree. Constraints that are no exclusion constraints do.</summary>
    public static bool IsSorted(string sql) =>
        sql.Contains(" USING \"btree\" ", StringComparison.Ordinal)
        || sql.Contains(" USING btree ", StringComparison.Ordinal)
        || sql.Contains(" UNIQUE ", StringComparison.Ordinal)
        || sql.Contains(" PRIMARY KEY ", StringComparison.Ordinal);

    /// <summary>With n runs of m bytes, n·m is what is sorted, and n buffers must fit into m.</summary>
    /// <param name="tableBytes">What is sorted is at most about this.</param>
    public static long Kilobytes(long tableBytes) => Math.Max(MinKilobytes, (long)Math.Sqrt(tableBytes * MergeBufferBytes) / 1024);

    /// <summary>For the transaction, and never more than the worker has.</summary>
    public static string Sql(long tableBytes) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT pg_catalog.set_config('maintenance_work_mem', LEAST({Kilobytes(tableBytes)}, pg_catalog.pg_size_bytes(pg_catalog.current_setting('maintenance_work_mem')) / 1024)::pg_catalog.text || 'kB', true);

        """);
}
