using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class UniqueConstraintStatementTests
{
    [TestCase("PRIMARY KEY (\"a\", \"b)\")", "(\"a\", \"b)\")", "PRIMARY KEY USING INDEX \"k\"")]
    [TestCase("UNIQUE (\"a\")", "(\"a\")", "UNIQUE USING INDEX \"k\"")]
    [TestCase("UNIQUE NULLS NOT DISTINCT (\"a\")", "(\"a\") NULLS NOT DISTINCT", "UNIQUE USING INDEX \"k\"")]
    [TestCase("UNIQUE (\"a\") INCLUDE (\"b\") WITH (\"fillfactor\"='70')", "(\"a\") INCLUDE (\"b\") WITH (\"fillfactor\"='70')", "UNIQUE USING INDEX \"k\"")]
    [TestCase("PRIMARY KEY (\"a\") DEFERRABLE INITIALLY DEFERRED", "(\"a\")", "PRIMARY KEY USING INDEX \"k\" DEFERRABLE INITIALLY DEFERRED")]
    public void The_index_goes_first_and_the_constraint_on_top_of_it(string constraint, string index, string onTop)
    {
        var split = UniqueConstraintStatement.TrySplit($"ALTER TABLE ONLY \"s\".\"ADD (t\"\n    ADD CONSTRAINT \"k\" {constraint};");
        Assert.That(split!.IndexSql, Is.EqualTo($"CREATE UNIQUE INDEX \"k\" ON \"s\".\"ADD (t\" {index};"));
        Assert.That(split.ConstraintSql, Is.EqualTo($"ALTER TABLE ONLY \"s\".\"ADD (t\" ADD CONSTRAINT \"k\" {onTop};"));
    }

    [Test]
    public void A_tablespace_is_the_indexs_and_what_follows_is_the_constraints()
    {
        var split = UniqueConstraintStatement.TrySplit(
            "SET default_tablespace = \"fast\";\nALTER TABLE ONLY \"t\" ADD CONSTRAINT \"k\" PRIMARY KEY (\"a\");\nALTER TABLE \"t\" CLUSTER ON \"k\";");
        Assert.That(split!.IndexSql, Is.EqualTo("SET default_tablespace = \"fast\";\nCREATE UNIQUE INDEX \"k\" ON \"t\" (\"a\");"));
        Assert.That(
            split.ConstraintSql,
            Is.EqualTo("ALTER TABLE ONLY \"t\" ADD CONSTRAINT \"k\" PRIMARY KEY USING INDEX \"k\";\nALTER TABLE \"t\" CLUSTER ON \"k\";"));
    }

    [TestCase("ALTER TABLE ONLY \"t\" ADD CONSTRAINT \"k\" EXCLUDE USING \"gist\" (\"a\" WITH &&);")]
    [TestCase("ALTER TABLE ONLY \"t\" ADD CONSTRAINT \"k\" PRIMARY KEY (\"a\", \"b\" WITHOUT OVERLAPS);")]
    [TestCase("ALTER TABLE ONLY \"t\" ADD CONSTRAINT \"k\" UNIQUE (\"a\") SOMETHING NEW;")]
    [TestCase("ALTER TABLE \"t\" ADD CONSTRAINT \"k\" UNIQUE (\"a\");")]
    [TestCase("ALTER TABLE ONLY \"t\" ADD CONSTRAINT \"k\" UNIQUE (\"a\"")]
    [TestCase("SET default_tablespace = '';")]
    public void Others_go_in_one_step(string sql) => Assert.That(UniqueConstraintStatement.TrySplit(sql), Is.Null);
}
