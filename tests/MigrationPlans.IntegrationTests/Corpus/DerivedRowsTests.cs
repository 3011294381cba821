using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Materialized views that no refresh makes equal hold nothing of their own: a run says so, and is done.</summary>
public sealed class DerivedRowsTests
{
    private const string Source =
        """
        CREATE TABLE base (id int PRIMARY KEY, placed timestamptz, f float8); INSERT INTO base SELECT i, now() - i * interval '1 day', 0.1 * i FROM generate_series(1, 5) i;
        CREATE MATERIALIZED VIEW at_time AS SELECT now() AS refreshed_at;
        CREATE MATERIALIZED VIEW mv1 AS SELECT id FROM base; CREATE MATERIALIZED VIEW mv2 AS SELECT id FROM mv1; CREATE UNIQUE INDEX mv2_id ON mv2 (id);
        CREATE MATERIALIZED VIEW fresh AS SELECT count(*) FROM base;
        INSERT INTO base VALUES (6, now(), 0.6);
        """;

    private CorpusMigration corpus = null!;

    [SetUp]
    public async Task StartAsync()
    {
        corpus = new CorpusMigration("corpus_derived", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_derived", Source);
    }

    [TearDown]
    public async Task StopAsync() => await corpus.DisposeAsync();

    [TestCase("counts")]
    [TestCase("checksums")]
    public async Task Time_and_stale_views_below_are_named_and_keep_no_run_from_its_end(string level)
    {
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify", "", "--level", level);

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.ToString(), Does.Contain("MP7003").And.Contain("2 materialized views of").And.Contain("public.at_time"));
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "corpus_derived", "SELECT to_regnamespace('migplan_ledger') IS NULL"), "the run is done");
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("materialized view public.mv2 left out: 5 rows on the source, 6 rows on the target")
                .And.Not.Contain("public.mv1 ")
                .And.Not.Contain("public.fresh "));
        if (level == "checksums")
        {
            Assert.That(verify.Output, Does.Contain("materialized view public.at_time left out: 1 row on the source, 1 row on the target; with other content"));
        }
    }

    /// <summary>One that says where a sequence stands must find it there, too.</summary>
    [TestCase("stream")]
    [TestCase("archive")]
    public async Task A_sequence_from_which_a_view_draws_numbers_ends_where_it_is_on_the_source(string strategy)
    {
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_derived",
            "CREATE SEQUENCE drawn; CREATE SEQUENCE read START 7; CREATE MATERIALIZED VIEW numbered AS SELECT nextval('drawn') AS n FROM base; CREATE MATERIALIZED VIEW standing AS SELECT last_value FROM read");

        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                "corpus_derived",
                "SELECT concat_ws(' ', (SELECT last_value FROM drawn), (SELECT count(*) FROM numbered), (SELECT last_value FROM standing))"),
            Is.EqualTo("6 6 7"));
    }

    [Test]
    public async Task What_a_view_follows_from_is_compared_all_the_same()
    {
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        await corpus.PsqlAsync(
            corpus.Target,
            "corpus_derived",
            "DELETE FROM base WHERE id = 6; REFRESH MATERIALIZED VIEW mv1; DROP INDEX mv2_id; REFRESH MATERIALIZED VIEW at_time WITH NO DATA; DROP MATERIALIZED VIEW fresh; CREATE MATERIALIZED VIEW fresh AS SELECT 0::int8 AS count FROM base LIMIT 1");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("(id) missing 6")
                .And.Contain("index public.mv2_id")
                .And.Contain("materialized view public.at_time: replica identity d on the source, replica identity d not populated on the target")
                .And.Contain("definition public.fresh"),
            verify.ToString());
    }

    [Test]
    public async Task A_stale_view_whose_tables_may_not_be_read_keeps_no_other_difference_to_itself()
    {
        await using var managed = new CorpusMigration("corpus_hidden", isManaged: true);
        await managed.StartAsync();
        await managed.PsqlAsync(managed.Source, "corpus_hidden", """
            CREATE ROLE corpus_hider; CREATE SCHEMA app AUTHORIZATION master_src; GRANT USAGE ON SCHEMA app TO corpus_hider;
            CREATE TABLE app.hidden (id int PRIMARY KEY); ALTER TABLE app.hidden OWNER TO corpus_hider; GRANT SELECT ON app.hidden TO master_src; CREATE TABLE app.seen (id int PRIMARY KEY); ALTER TABLE app.seen OWNER TO master_src;
            CREATE MATERIALIZED VIEW app.mv AS SELECT id FROM app.hidden; ALTER MATERIALIZED VIEW app.mv OWNER TO master_src; INSERT INTO app.hidden VALUES (1); INSERT INTO app.seen VALUES (1);
            """);
        using var apply = await managed.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await managed.PsqlAsync(managed.Source, "corpus_hidden", "REVOKE SELECT ON app.hidden FROM master_src; REVOKE pg_read_all_data FROM master_src");
        await managed.PsqlAsync(managed.Target, "corpus_hidden", "DELETE FROM app.seen");

        using var verify = await managed.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("(id) missing 1").And.Contain("rows of app.hidden not compared"));
        Assert.That(
            verify.Output,
            Does.Contain("materialized view app.mv left out: 0 rows on the source, 1 row on the target; it may be stale on one side, and its query can't be run to find out: permission denied for table hidden"));
    }

    /// <summary>The query gives the same on both sides; only the target's view was not refreshed since.</summary>
    [Test]
    public async Task A_view_that_is_stale_on_the_target_alone_is_a_difference_and_so_is_one_that_is_populated_on_one_side()
    {
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_derived",
            "CREATE MATERIALIZED VIEW latest AS SELECT max(id) FROM base; CREATE MATERIALIZED VIEW emptied AS SELECT id FROM base; CREATE MATERIALIZED VIEW filled AS SELECT id FROM base WITH NO DATA");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        await corpus.PsqlAsync(corpus.Target, "corpus_derived", """
            DELETE FROM base WHERE id = 6; REFRESH MATERIALIZED VIEW latest; REFRESH MATERIALIZED VIEW filled; REFRESH MATERIALIZED VIEW emptied WITH NO DATA;
            """);
        var row = await Sql.ScalarAsync<string>(corpus.Source, "corpus_derived", "SELECT format('%L, %L', placed, f) FROM base WHERE id = 6");
        await corpus.PsqlAsync(corpus.Target, "corpus_derived", $"INSERT INTO base VALUES (6, {row})");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Match(@"public\.latest .*stale on the target")
                .And.Contain("materialized view public.emptied: replica identity d on the source, replica identity d not populated on the target")
                .And.Contain("materialized view public.filled: replica identity d not populated on the source, replica identity d on the target")
                .And.Not.Contain("public.base"),
            verify.ToString());
    }
}
