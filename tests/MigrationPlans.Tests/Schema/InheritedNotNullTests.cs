using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class InheritedNotNullTests
{
    [Test]
    public void Servers_below_18_are_told_of_it_by_a_statement_of_its_own()
    {
        const string Table = "CREATE UNLOGGED TABLE \"s\".\"a (b\" (\n    \"x\" integer DEFAULT \"f\"(1, ')') NOT NULL,\n    NOT NULL \"c,d\",\n    NOT NULL \"e\",\n    CONSTRAINT \"own\" CHECK ((\"x\" IS NOT NULL))\n)\nINHERITS (\"s\".\"par\");";

        Assert.That(InheritedNotNull.Apart(Table, 17), Is.EqualTo(new[]
        {
            "CREATE UNLOGGED TABLE \"s\".\"a (b\" (\n    \"x\" integer DEFAULT \"f\"(1, ')') NOT NULL,\n    CONSTRAINT \"own\" CHECK ((\"x\" IS NOT NULL))\n)\nINHERITS (\"s\".\"par\");",
            "ALTER TABLE ONLY \"s\".\"a (b\" ALTER COLUMN \"c,d\" SET NOT NULL;",
            "ALTER TABLE ONLY \"s\".\"a (b\" ALTER COLUMN \"e\" SET NOT NULL;",
        }));
        Assert.That(InheritedNotNull.Apart(Table, 18), Is.EqualTo(new[] { Table }));
    }

    [Test]
    public void A_table_that_has_nothing_else_is_left_with_none()
    {
        var statements = InheritedNotNull.Apart("CREATE TABLE \"s\".\"t\" (\n    NOT NULL \"c\"\n)\nINHERITS (\"s\".\"par\");", 15).ToList();

        Assert.That(
            statements,
            Is.EqualTo(new[] { "CREATE TABLE \"s\".\"t\" (\n)\nINHERITS (\"s\".\"par\");", "ALTER TABLE ONLY \"s\".\"t\" ALTER COLUMN \"c\" SET NOT NULL;" }));
    }

    [TestCase("CREATE TABLE \"s\".\"t\" (\n)\nINHERITS (\"s\".\"par\");")]
    [TestCase("CREATE TABLE \"s\".\"t\" OF \"s\".\"NOT\";")]
    [TestCase(
        "CREATE TABLE \"s\".\"t\" (\n    \"NOT\" \"s\".\"NULL\" NOT NULL,\n    \"b\" numeric(3,2)[]\n)\nPARTITION BY RANGE (\"b\", (\"lower\"(\"NOT\")));")]
    [TestCase("ALTER TABLE ONLY \"s\".\"t\" ALTER COLUMN \"a\" SET (n_distinct=5);")]
    public void All_else_stays_as_it_is(string statement) => Assert.That(InheritedNotNull.Apart(statement, 15), Is.EqualTo(new[] { statement }));
}
