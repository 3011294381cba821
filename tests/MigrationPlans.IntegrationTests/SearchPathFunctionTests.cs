using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// Functions that find what they use by the caller's search_path fail on the target, where every session's is empty. The run says which
/// function it was and where, and goes on once the function has a search_path of its own.
/// </summary>
[NonParallelizable]
public sealed class SearchPathFunctionTests
{
    /// <summary>From here on the server itself builds indexes and views with a search_path that has nothing of the user's, on the source too.</summary>
    private const int BuildsSafely = 17;

    private const string Limit = "CREATE TABLE public.known (code int PRIMARY KEY); INSERT INTO public.known VALUES (1), (2)";

    [Test]
    public Task A_check_by_an_SQL_function_is_named_with_its_table() =>
        FailAndGoOnAsync(
            "search_path_check",
            $"""
            {Limit};
            CREATE FUNCTION public.is_known(code int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT EXISTS (SELECT FROM known k WHERE k.code = is_known.code)';
            CREATE TABLE public.sale (id int, code int CHECK (public.is_known(code)), secret text); INSERT INTO public.sale VALUES (1, 2, 'confidential');
            """,
            ["is_known", "public.sale", "\"known\" does not exist"],
            "public.is_known(int)",
            isBuilt: false);

    [Test]
    public Task An_index_on_a_PLpgSQL_function_is_named() =>
        FailAndGoOnAsync(
            "search_path_index",
            $"""
            {Limit};
            CREATE FUNCTION public.rank_of(code int) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN (SELECT count(*) FROM known k WHERE k.code < rank_of.code); END';
            CREATE TABLE public.sale (id int, code int); INSERT INTO public.sale VALUES (1, 2);
            CREATE INDEX sale_id ON public.sale (id); CREATE INDEX sale_rank ON public.sale (public.rank_of(code)); CREATE INDEX sale_code ON public.sale (code);
            """,
            ["public.rank_of(integer)", "sale_rank", "\"known\" does not exist"],
            "public.rank_of(int)");

    [Test]
    public Task A_materialized_view_that_calls_one_is_named() =>
        FailAndGoOnAsync(
            "search_path_view",
            $"""
            {Limit};
            CREATE FUNCTION public.count_known() RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN (SELECT count(*) FROM known); END';
            CREATE TABLE public.sale (id int); INSERT INTO public.sale VALUES (1);
            CREATE MATERIALIZED VIEW public.summary AS SELECT public.count_known() AS known;
            """,
            ["public.count_known()", "summary", "\"known\" does not exist"],
            "public.count_known()");

    /// <summary>The planner looks into such a function even where there are no rows.</summary>
    [Test]
    public Task An_index_that_is_restored_after_the_rows_is_named() =>
        FailAndGoOnAsync(
            "search_path_late_index",
            """
            CREATE FUNCTION public.half(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n / 2';
            CREATE FUNCTION public.quarter(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT half(half(n))';
            CREATE TABLE public.sale (id bigint); INSERT INTO public.sale VALUES (1);
            CREATE MATERIALIZED VIEW public.summary AS SELECT count(*) AS sales FROM public.sale; CREATE INDEX summary_quarter ON public.summary (public.quarter(sales));
            """,
            ["quarter", "INDEX public.summary_quarter", "half(bigint) does not exist"],
            "public.quarter(bigint)");

    /// <summary>Fails with the diagnostic, and is done once the function is told its schemas, as the diagnostic says.</summary>
    private static async Task FailAndGoOnAsync(string database, string sql, string[] said, string function, bool isBuilt = true)
    {
        Assume.That(!isBuilt || TestServers.Source.MajorVersion < BuildsSafely, "such a source can't have it");
        using var fixture = new ApplyFixture(database);
        await fixture.CreateAsync(sql);

        var first = await fixture.ApplyAsync();

        Assert.That(first.ExitCode, Is.EqualTo(1), first.Output);
        Assert.That(first.Output, Does.Contain("MP6009").And.Contain("SET search_path").And.Not.Contain("confidential"), first.Output);
        Assert.Multiple(() => Array.ForEach(said, text => Assert.That(first.Output, Does.Contain(text))));

        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await Sql.RunAsync(server, database, $"ALTER FUNCTION {function} SET search_path = public");
        }

        var second = await fixture.ApplyAsync();

        Assert.That(second.ExitCode, Is.Zero, second.Output);
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, database, "SELECT count(*) FROM public.sale"), Is.EqualTo(1));
    }
}
