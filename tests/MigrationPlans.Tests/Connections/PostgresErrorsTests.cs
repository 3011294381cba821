using MigrationPlans.PostgreSql.Connections;
using NUnit.Framework;

namespace MigrationPlans.Tests.Connections;

public sealed class PostgresErrorsTests
{
    [TestCase("08006", true, Description = "the connection was lost")]
    [TestCase("40P01", true, Description = "a deadlock")]
    [TestCase("53100", true, Description = "the disk is full, for now")]
    [TestCase("53300", true, Description = "too many connections")]
    [TestCase("53400", false, Description = "a limit that someone has set (temp_file_limit) is there the next time, too")]
    [TestCase("55P03", true, Description = "a lock was not had in time")]
    [TestCase("57P01", true, Description = "the server is shut down")]
    [TestCase("23505", false, Description = "a key that is there twice")]
    [TestCase("42501", false, Description = "a right that is missing")]
    public void Trying_again_helps_where_the_reason_may_pass(string sqlState, bool isTransient) =>
        Assert.That(PostgresErrors.IsTransient(sqlState), Is.EqualTo(isTransient));
}
