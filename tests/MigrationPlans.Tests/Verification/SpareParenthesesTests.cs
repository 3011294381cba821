using MigrationPlans.PostgreSql.Verification;
using NUnit.Framework;

namespace MigrationPlans.Tests.Verification;

public sealed class SpareParenthesesTests
{
    [TestCase("btree (((at AT TIME ZONE 'UTC'::text)))", "btree ((at AT TIME ZONE 'UTC'::text))")]
    [TestCase("btree (id, ((at AT TIME ZONE 'UTC'::text)) DESC)", "btree (id, (at AT TIME ZONE 'UTC'::text) DESC)")]
    [TestCase("RANGE (((d AT TIME ZONE 'UTC'::text)), i)", "RANGE ((d AT TIME ZONE 'UTC'::text), i)")]
    [TestCase("ON (((at, at) OVERLAPS (at, at))), id", "ON ((at, at) OVERLAPS (at, at)), id")]
    [TestCase("CHECK ((x IS DOCUMENT))", "CHECK (x IS DOCUMENT)")]
    [TestCase("(XMLPARSE(CONTENT '<a/>'::text STRIP WHITESPACE) IS DOCUMENT)", "XMLPARSE(CONTENT '<a/>'::text STRIP WHITESPACE) IS DOCUMENT")]
    [TestCase("CHECK (((NOT (x IS DOCUMENT)) AND (b OR (t.x IS DOCUMENT))))", "CHECK (((NOT x IS DOCUMENT) AND (b OR t.x IS DOCUMENT)))")]
    [TestCase("CHECK ((((x IS DOCUMENT))::text = 'a'::text))", "CHECK (((x IS DOCUMENT)::text = 'a'::text))")]
    public void What_two_versions_print_is_the_same(string one, string other) =>
        Assert.That(SpareParentheses.Drop(one), Is.EqualTo(SpareParentheses.Drop(other)));

    [TestCase("GROUPING SETS ((a, b))")]
    [TestCase("((a + b) * (c + d))")]
    [TestCase("('((x IS DOCUMENT))'::text)")]
    [TestCase("CHECK ((b AND x IS DOCUMENT) OR c)")]
    [TestCase("((a")]
    [TestCase("IS DOCUMENT) (")]
    public void Anything_else_stays_as_it_is(string expression) => Assert.That(SpareParentheses.Drop(expression), Is.EqualTo(expression));
}
