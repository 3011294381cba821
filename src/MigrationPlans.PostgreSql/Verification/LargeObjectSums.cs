using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Compares the contents of large objects by an order-free hash, as a table of its own. Empty and dense storage of the same bytes are equal.</summary>
internal static class LargeObjectSums
{
    public const string Schema = "pg_catalog";

    public const string Name = "pg_largeobject";

    // A megabyte at a time: an object can be longer than what a value can hold. The last piece may be empty.
    private static readonly string Sql =
        $"""
        SELECT pg_catalog.count(DISTINCT m.oid), COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(m.oid || ' ' || p.at || ' ' || pg_catalog.encode(pg_catalog.sha256(
                 pg_catalog.lo_get(m.oid, p.at, 1048576)), 'hex'), 0)), 0)::pg_catalog.text
          FROM pg_catalog.pg_largeobject_metadata m
         CROSS JOIN LATERAL {LargeObjectSize.Of("m.oid")} z
         CROSS JOIN LATERAL pg_catalog.generate_series(0::int8, z.size, 1048576::int8) p (at)
        """;

    /// <summary>Null on either side: there are no large objects there, and nothing to say.</summary>
    public static async Task<(TableComparison? Table, UncomparedRows? NotCompared)> CompareAsync(
        SharedSnapshot source, SharedSnapshot target, CancellationToken cancellationToken)
    {
        try
        {
            var sums = await Task.WhenAll(ReadAsync(source, cancellationToken), ReadAsync(target, cancellationToken));
            return sums.All(sum => sum.Rows == 0)
                ? (null, null)
                : (new TableComparison(Schema, Name, sums[0].Rows, sums[1].Rows, sums[0].Hash, sums[1].Hash), null);
        }
        catch (StepFailedException failed) when (failed.InnerException is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused)
        {
            return (null, new UncomparedRows(Schema, Name, refused.MessageText));
        }
    }

    private static Task<RowSum> ReadAsync(SharedSnapshot snapshot, CancellationToken cancellationToken) => snapshot.ReadAsync(
        async connection => (await connection.QueryAsync(Sql, row => new RowSum(row.GetInt64(0), row.GetString(1)), cancellationToken))[0], cancellationToken);
}
