using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class EntryNamesTests
{
    [TestCase("ALTER DEFAULT PRIVILEGES FOR ROLE \"a role\" IN SCHEMA \"two\nlines\" GRANT SELECT ON TABLES TO \"reader\";", "two lines", "two\nlines")]
    [TestCase("CREATE TABLE \"two\nlines\".\"t\" ();", "two lines", "two\nlines")]
    [TestCase("CREATE TABLE \"one line\".\"t\" ();", "one line", "one line")]
    [TestCase("CREATE CAST (int AS text) WITH INOUT;", null, null)]
    public void A_schema_has_the_name_that_the_statement_has(string sql, string? listed, string? name)
    {
        var entry = new SchemaEntry { Id = 1, Kind = "TABLE", Tag = "t", Schema = listed, Section = SchemaSection.PreData, Sql = sql, Digest = "d" };
        Assert.That(EntryNames.Schema(entry), Is.EqualTo(name));
    }
}
