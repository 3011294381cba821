using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class ServerOptionsTests
{
    [TestCase("""ALTER TABLE ONLY "s"."t" ALTER COLUMN "c" SET ("pg_attver"='29691304');""", null)]
    [TestCase("ALTER TABLE ONLY s.t ALTER COLUMN c SET (pg_attver=29691304);", null)]
    [TestCase(
        """ALTER TABLE ONLY "s"."t" ALTER COLUMN "c" SET ("n_distinct"='-0.5', "pg_attver"='1', "n_distinct_inherited"='5');""",
        """ALTER TABLE ONLY "s"."t" ALTER COLUMN "c" SET ("n_distinct"='-0.5', "n_distinct_inherited"='5');""")]
    public void What_a_server_keeps_for_itself_is_left_out(string statement, string? expected) =>
        Assert.That(ServerOptions.Remove(statement), Is.EqualTo(expected));

    [TestCase("""ALTER TABLE ONLY "s"."pg_attver" ALTER COLUMN "pg_attver" SET ("n_distinct"='-0.5');""")]
    [TestCase("""ALTER TABLE "s"."t" ADD CONSTRAINT "pg_attver" CHECK ("pg_attver" > 0);""")]
    [TestCase("""CREATE TABLE "s"."t" ("pg_attver" integer);""")]
    public void Names_of_the_users_own_stay(string statement) => Assert.That(ServerOptions.Remove(statement), Is.EqualTo(statement));
}
