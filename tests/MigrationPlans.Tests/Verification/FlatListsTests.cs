using MigrationPlans.PostgreSql.Verification;
using NUnit.Framework;

namespace MigrationPlans.Tests.Verification;

public sealed class FlatListsTests
{
    [TestCase("CHECK ((((lat >= 1) AND (lat <= 2)) AND (lon > 3)))", "CHECK (((lat >= 1) AND (lat <= 2) AND (lon > 3)))")]
    [TestCase("(((((a) AND (b)) AND (c)) AND (d)))", "(((a) AND (b) AND (c) AND (d)))")]
    [TestCase("(((a = 1) OR (a = b)) OR (c))", "((a = 1) OR (a = b) OR (c))")]
    [TestCase("WHERE (((((a) OR (b)) OR (c)) AND (d)) AND (e))", "WHERE ((((a) OR (b) OR (c)) AND (d)) AND (e))", Description = "and again")]
    public void A_list_that_begins_with_one_of_its_kind_is_one(string first, string again) =>
        Assert.That(FlatLists.Flatten(first), Is.EqualTo(FlatLists.Flatten(again)));

    [TestCase("(((a) OR (b)) AND (c))")]
    [TestCase("((a) AND ((b) AND (c)))")]
    [TestCase("((a) AND (((b) OR (c)) AND (d)))", Description = "later than first")]
    [TestCase("'(((a) AND (b)) AND (c))'::text")]
    [TestCase("((f(a, b) AND (c)))")]
    [TestCase("((sum(a) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AND (c)))")]
    [TestCase(")) AND ((")]
    public void Anything_else_stays_as_it_is(string sql) => Assert.That(FlatLists.Flatten(sql), Is.EqualTo(sql));
}
