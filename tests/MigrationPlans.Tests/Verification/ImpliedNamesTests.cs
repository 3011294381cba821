using MigrationPlans.PostgreSql.Verification;
using NUnit.Framework;

namespace MigrationPlans.Tests.Verification;

public sealed class ImpliedNamesTests
{
    [TestCase("(EXISTS ( SELECT 'x'::text AS text\n FROM t))", "(EXISTS ( SELECT 'x'::text\n FROM t))")]
    [TestCase("( SELECT '-1'::integer AS int4, 'a'::\"char\" AS \"char\")", "( SELECT '-1'::integer, 'a'::\"char\")")]
    [TestCase(
        "SELECT '1'::numeric(3,1) AS \"numeric\", NULL::timestamp(3) without time zone AS \"timestamp\"",
        "SELECT '1'::numeric(3,1), NULL::timestamp(3) without time zone")]
    [TestCase("SELECT '1 day'::interval day to second(3) AS \"interval\"", "SELECT '1 day'::interval day to second(3)")]
    [TestCase("SELECT '{a}'::public.\"Mood\"[] AS \"Mood\"", "SELECT '{a}'::public.\"Mood\"[]")]
    [TestCase("SELECT h.y AS y UNION ALL SELECT y AS y", "SELECT h.y UNION ALL SELECT y")]
    [TestCase("( SELECT ('x'::text COLLATE pg_catalog.\"C\") AS text)", "( SELECT ('x'::text COLLATE pg_catalog.\"C\"))")]
    [TestCase("( SELECT ( SELECT 'z'::text AS text\n FROM t) AS text)", "( SELECT ( SELECT 'z'::text\n FROM t))")]
    [TestCase("WITH text AS ( SELECT 'AS text' AS a) SELECT 'x'::text AS b, (a)::text AS \"TEXT\", f(y) AS g", null)]
    [TestCase("SELECT 'x'::text, t.a AS text, (1 + 2) AS int4, ARRAY[1] AS \"array\"", null)]
    [TestCase("AS", null)]
    [TestCase(") AS text", null)]
    [TestCase("( SELECT) AS text", null)]
    public void Only_a_name_that_the_server_would_give_by_itself_is_taken_away(string printed, string? form) =>
        Assert.That(ImpliedNames.Drop(printed), Is.EqualTo(form ?? printed));
}
