using MigrationPlans.PostgreSql.Rows;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.Tests.Rows;

public sealed class RowHashTests
{
    /// <summary>Of a server's own errors only the one that says so: a damaged table is not a long row.</summary>
    [TestCase("XX000", "invalid memory alloc request size 1073741824", true)]
    [TestCase("54000", "out of memory", true)]
    [TestCase("53200", "out of memory", true)]
    [TestCase("XX000", "missing chunk number 0 for toast value 16390 in pg_toast_16387", false)]
    [TestCase("XX001", "could not read block 0", false)]
    public void A_row_is_too_long_where_the_server_says_so(string sqlState, string message, bool isTooLong) =>
        Assert.That(RowHash.IsTooLong(new PostgresException(message, "ERROR", "ERROR", sqlState)), Is.EqualTo(isTooLong));
}
