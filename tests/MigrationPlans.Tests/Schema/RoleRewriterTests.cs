using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class RoleRewriterTests
{
    private static readonly RoleRewriter Rewriter = new(
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
            .Add("a", "b")
            .Add("Odd \"one", "x\"y")
            .Add("public", "never")
            .Add("PUBLIC", "quoted"));

    [TestCase("TABLE", "ALTER TABLE a.a OWNER TO a;", "ALTER TABLE a.a OWNER TO \"b\";")]
    [TestCase("TABLE", "ALTER TABLE \"a\".\"OWNER TO a\" OWNER TO \"Odd \"\"one\";", "ALTER TABLE \"a\".\"OWNER TO a\" OWNER TO \"x\"\"y\";")]
    [TestCase("FUNCTION", "CREATE FUNCTION \"a\"() AS 'OWNER TO a;';", "CREATE FUNCTION \"a\"() AS 'OWNER TO a;';")]
    [TestCase("SCHEMA", "CREATE SCHEMA \"a\";", "CREATE SCHEMA \"a\";")]
    [TestCase(
        "ACL",
        "GRANT SELECT(\"a\") ON TABLE \"a\".\"a\" TO \"a\" WITH GRANT OPTION;",
        "GRANT SELECT(\"a\") ON TABLE \"a\".\"a\" TO \"b\" WITH GRANT OPTION;")]
    [TestCase("ACL", "GRANT ALL ON FUNCTION \"a\".\"f\"(\"to\" \"a\") TO \"c\", \"a\";", "GRANT ALL ON FUNCTION \"a\".\"f\"(\"to\" \"a\") TO \"c\", \"b\";")]
    [TestCase("ACL", "REVOKE GRANT OPTION FOR SELECT ON TABLE \"a\" FROM \"a\";", "REVOKE GRANT OPTION FOR SELECT ON TABLE \"a\" FROM \"b\";")]
    [TestCase("ACL", "GRANT ALL ON SCHEMA \"a\" TO PUBLIC;", "GRANT ALL ON SCHEMA \"a\" TO PUBLIC;")]
    [TestCase("ACL", "GRANT ALL ON SCHEMA \"a\" TO \"PUBLIC\";", "GRANT ALL ON SCHEMA \"a\" TO \"quoted\";")]
    [TestCase("ACL", "SET SESSION AUTHORIZATION \"a\";", "SET SESSION AUTHORIZATION \"b\";")]
    [TestCase("ACL", "GRANT SELECT ON TABLE \"t\" TO \"c\" GRANTED BY \"a\";", "GRANT SELECT ON TABLE \"t\" TO \"c\" GRANTED BY \"b\";")]
    [TestCase(
        "DEFAULT ACL",
        "ALTER DEFAULT PRIVILEGES FOR ROLE \"a\" IN SCHEMA \"a\" REVOKE ALL ON TABLES FROM \"a\";",
        "ALTER DEFAULT PRIVILEGES FOR ROLE \"b\" IN SCHEMA \"a\" REVOKE ALL ON TABLES FROM \"b\";")]
    [TestCase(
        "POLICY",
        "CREATE POLICY \"a\" ON \"a\" FOR SELECT TO \"a\", \"c\" USING ((\"a\" = 'TO a'));",
        "CREATE POLICY \"a\" ON \"a\" FOR SELECT TO \"b\", \"c\" USING ((\"a\" = 'TO a'));")]
    [TestCase(
        "USER MAPPING",
        "CREATE USER MAPPING FOR \"a\" SERVER \"a\" OPTIONS (\"user\" 'a');",
        "CREATE USER MAPPING FOR \"b\" SERVER \"a\" OPTIONS (\"user\" 'a');")]
    [TestCase(
        "FUNCTION",
        "CREATE FUNCTION \"f\"() SET \"role\" TO 'a' SET \"work_mem\" TO 'a' AS 'SET role TO x'; -- a",
        "CREATE FUNCTION \"f\"() SET \"role\" TO 'b' SET \"work_mem\" TO 'a' AS 'SET role TO x'; -- a")]
    [TestCase(
        "PROCEDURE",
        "CREATE PROCEDURE \"f\"() SET \"role\" TO 'Odd \"one' BEGIN ATOMIC UPDATE \"t\" SET \"role\" = 'a'; END;",
        "CREATE PROCEDURE \"f\"() SET \"role\" TO 'x\"y' BEGIN ATOMIC UPDATE \"t\" SET \"role\" = 'a'; END;")]
    public void Only_roles_are_renamed(string kind, string statement, string expected) => Assert.That(Rewriter.Rewrite(kind, statement), Is.EqualTo(expected));
}
