using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class ForeignKeyStatementTests
{
    [Test]
    public void A_key_is_added_unvalidated_and_then_validated()
    {
        var key = ForeignKeyStatement.TrySplit(
            "ALTER TABLE ONLY \"s\".\"ADD t\"\n    ADD CONSTRAINT \"NOT VALID\" FOREIGN KEY (\"a\") REFERENCES \"p\"(\"id\") DEFERRABLE;");
        Assert.That(
            key!.AddSql,
            Is.EqualTo(
                "ALTER TABLE ONLY \"s\".\"ADD t\"\n    ADD CONSTRAINT \"NOT VALID\" FOREIGN KEY (\"a\") REFERENCES \"p\"(\"id\") DEFERRABLE NOT VALID;"));
        Assert.That(key.ValidateSql, Is.EqualTo("ALTER TABLE \"s\".\"ADD t\" VALIDATE CONSTRAINT \"NOT VALID\";"));
    }

    [TestCase("ALTER TABLE \"s\".\"partitioned\" ADD CONSTRAINT \"c\" FOREIGN KEY (\"a\") REFERENCES \"p\"(\"id\");")]
    [TestCase("ALTER TABLE ONLY \"t\" ADD CONSTRAINT \"c\" FOREIGN KEY (\"a\") REFERENCES \"p\"(\"id\") NOT VALID;")]
    [TestCase("ALTER TABLE ONLY \"t\" ADD CONSTRAINT \"c\" FOREIGN KEY (\"a\") REFERENCES \"p\"(\"id\") NOT ENFORCED;")]
    [TestCase("ALTER TABLE ONLY \"t\" ADD CONSTRAINT \"c\" FOREIGN KEY (\"a\") REFERENCES \"p\"(\"id\"); SELECT 1;")]
    public void Others_go_in_one_step(string sql) => Assert.That(ForeignKeyStatement.TrySplit(sql), Is.Null);
}
