namespace MigrationPlans.PostgreSql.Rows;

/// <summary>How long a large object is. No catalog says it to everybody; the large object functions do, by way of a handle.</summary>
internal static class LargeObjectSize
{
    /// <summary>
    /// A subquery with the column <c>size</c>, in bytes, for <c>CROSS JOIN LATERAL</c>. It begins at the object itself:
    /// handles get the same number again and again, and from 14 on the planner may keep what was answered for a number (Memoize)
    /// and give it for another object.
    /// </summary>
    /// <param name="oid">The object's, as SQL.</param>
    public static string Of(string oid) =>
        $"(SELECT pg_catalog.lo_lseek64(f.fd, 0, 2) AS size, pg_catalog.lo_close(f.fd) AS closed FROM (SELECT pg_catalog.lo_open({oid}, 262144) AS fd OFFSET 0) f OFFSET 0)";
}
