using MigrationPlans.PostgreSql.Verification;
using NUnit.Framework;

namespace MigrationPlans.Tests.Verification;

public sealed class PrintedFormTests
{
    private const string First = "CHECK ((status)::text = ANY ((ARRAY['a'::character varying, 'b, ''[c]'::character varying])::text[]))";
    private const string Again = "CHECK ((status)::text = ANY (ARRAY[('a'::character varying)::text, ('b, ''[c]'::character varying)::text]))";

    [Test]
    public void A_list_is_the_same_in_both_forms_in_which_the_server_prints_it()
    {
        Assert.That(PrintedForm.Normalize(First), Is.EqualTo(Again));
        Assert.That(PrintedForm.Normalize(Again), Is.EqualTo(Again));
    }

    [TestCase("(v = ANY (ARRAY['a'::varchar, lower(v)::varchar]::text[]))", "(v = ANY (ARRAY['a'::varchar::text, lower(v)::varchar::text]))")]
    [TestCase("(v = ANY (ARRAY[(v || 'x')::varchar]::public.t[]))", "(v = ANY (ARRAY[((v || 'x')::varchar)::public.t]))")]
    [TestCase("f((ARRAY[ARRAY[v, w], ARRAY[v, 'x']])::text[])", "f(ARRAY[ARRAY[(v)::text, (w)::text], ARRAY[(v)::text, ('x')::text]])")]
    [TestCase("CHECK (a >= (- 1))", "CHECK (a >= '-1'::integer)")]
    [TestCase("CASE WHEN (- 1.5) THEN COALESCE(- 1, a, - 2) END", "CASE WHEN '-1.5'::numeric THEN COALESCE('-1'::integer, a, '-2'::integer) END")]
    [TestCase("XMLSERIALIZE(CONTENT x AS text NO INDENT)", "XMLSERIALIZE(CONTENT x AS text)")]
    public void So_is_what_statistics_and_newer_versions_print(string first, string again)
    {
        Assert.That(PrintedForm.Normalize(first), Is.EqualTo(again));
        Assert.That(PrintedForm.Normalize(again), Is.EqualTo(again));
    }

    [TestCase("ARRAY[]::text[]")]
    [TestCase("(a - 1)")]
    [TestCase("(f(a) - 1)")]
    [TestCase("(- a)")]
    [TestCase("(- '3000000000'::bigint)")]
    [TestCase("(a = '- 1'::text)")]
    [TestCase("ARRAY[1]")]
    [TestCase("XMLSERIALIZE(CONTENT x AS text INDENT)")]
    [TestCase("(x = ' NO INDENT)'::text)")]
    [TestCase("CHECK (a = ANY (ARRAY[1, 2]))")]
    [TestCase("((ARRAY[1, 2] || b))")]
    [TestCase("(ARRAY[1, 2])::integer")]
    [TestCase("'(ARRAY[''x''])::text[]'::text")]
    [TestCase("(ARRAY[1")]
    public void Anything_else_stays_as_it_is(string expression) => Assert.That(PrintedForm.Normalize(expression), Is.EqualTo(expression));

    [Test]
    public void Several_lists_and_lists_in_lists_are_all_put_into_one_form() => Assert.That(
        PrintedForm.Normalize("(ARRAY[x])::a[] AND (ARRAY[f((ARRAY[y, z])::b[])])::c[]"), Is.EqualTo("ARRAY[(x)::a] AND ARRAY[(f(ARRAY[(y)::b, (z)::b]))::c]"));

    [TestCase("FROM (t\n     LEFT JOIN u ON TRUE);", "FROM (t\n     LEFT JOIN u ON (true));")]
    [TestCase("WHERE (a = 'JOIN u ON TRUE'::text)", "WHERE (a = 'JOIN u ON TRUE'::text)")]
    public void A_join_that_is_always_true_has_a_condition(string printed, string expected) =>
        Assert.That(PrintedForm.Normalize(printed), Is.EqualTo(expected));

    [TestCase("FROM ( VALUES (3,4), (5,6)) \"*VALUES*\";", "FROM (VALUES (3,4), (5,6)) \"*VALUES*\";")]
    [TestCase("WHERE (a = '( VALUES'::text)", "WHERE (a = '( VALUES'::text)")]
    public void A_list_of_rows_has_no_blank_before_it(string printed, string expected) =>
        Assert.That(PrintedForm.Normalize(printed), Is.EqualTo(expected));

    [TestCase("(a = 'SELECT 1'::text)", false)]
    [TestCase("(\"SELECT\" = 1)", false)]
    [TestCase("(a IN ( SELECT b FROM t))", true)]
    public void A_query_is_told_from_its_name_in_a_text(string expression, bool expected) =>
        Assert.That(PrintedForm.HoldsQuery(expression), Is.EqualTo(expected));
}
