using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class SqlStatementsTests
{
    [Test]
    public void Semicolons_in_quotes_comments_and_parentheses_end_nothing() =>
        Assert.That(
            SqlStatements.Split("SELECT ';', \";\", $$;$$ /* ; */; -- ;\nCREATE RULE r AS ON INSERT TO t DO (a; b); SELECT 2"),
            Is.EqualTo(new[] { "SELECT ';', \";\", $$;$$ /* ; */;", "CREATE RULE r AS ON INSERT TO t DO (a; b);", "SELECT 2" }));

    [Test]
    public void A_standard_body_is_one_statement_with_its_cases()
    {
        const string Function =
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END ELSE 3 END AS \"end\"; SELECT 2; END;";
        Assert.That(SqlStatements.Split($"{Function}\nSELECT 1;"), Is.EqualTo(new[] { Function, "SELECT 1;" }));
    }

    [Test]
    public void Text_without_statements_has_none() => Assert.That(SqlStatements.Split(" -- nothing\n /* at all */ "), Is.Empty);
}
