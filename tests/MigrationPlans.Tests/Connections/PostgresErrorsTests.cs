using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using NUnit.Framework;

namespace MigrationPlans.Tests.Connections;

public sealed class PostgresErrorsTests
{
    [TestCase("08006", FailureClass.Transient, Description = "the connection was lost")]
    [TestCase("40P01", FailureClass.Transient, Description = "a deadlock")]
    [TestCase("53100", FailureClass.Transient, Description = "the disk is full, for now")]
    [TestCase("53300", FailureClass.Unavailable, Description = "too many connections")]
    [TestCase("53400", FailureClass.Permanent, Description = "a limit that someone has set (temp_file_limit) is there the next time, too")]
    [TestCase("55P03", FailureClass.Transient, Description = "a lock was not had in time")]
    [TestCase("57P01", FailureClass.Transient, Description = "the server is shut down")]
    [TestCase("57P03", FailureClass.Unavailable, Description = "the server starts up, or recovers")]
    [TestCase("25006", FailureClass.Unavailable, Description = "the server takes no writes: it is the primary no longer, or not yet")]
    [TestCase("23505", FailureClass.Permanent, Description = "a key that is there twice")]
    [TestCase("42501", FailureClass.Permanent, Description = "a right that is missing")]
    public void Trying_again_helps_where_the_reason_may_pass(string sqlState, FailureClass expected) =>
        Assert.That(PostgresErrors.ClassOf(sqlState), Is.EqualTo(expected));

    [Test]
    public void A_full_disk_has_a_way_out()
    {
        var told = PostgresErrors.Describe("new/shop", "53100", "could not extend file: No space left on device", detail: null, hint: "Check free disk space.");
        Assert.That(told.Help, Does.Contain("make room on the server's disk").And.Contain("same command"));
    }
}
