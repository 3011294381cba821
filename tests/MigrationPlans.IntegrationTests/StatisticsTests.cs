using MigrationPlans.PostgreSql.Clusters;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary><c>statistics: copy</c>: the source's statistics where the target can be told them, else those that ANALYZE finds.</summary>
/// <remarks>
/// The source's are old: what was inserted after its ANALYZE shows whether the target's come from there. Servers before 18 can't be told, so
/// <c>eng/versions.sh</c> runs the other half.
/// </remarks>
[NonParallelizable]
public sealed class StatisticsTests
{
    private const string Database = "told_statistics";

    /// <summary>What it can't be told of, or the source knows too little about.</summary>
    private static readonly string[] Analyzed = ["extended", "kinds", "never", "parent", "partial", "stays", "view"];

    private static readonly string[] Told = ["A \"b\" 🐘", "child", "few", "fruit", "part_1", "part_2", "shape", "shape_key"];

    /// <summary>Before 14, ANALYZE did not count the rows of all partitions together.</summary>
    private static readonly string[] CountedFrom14 = ["parts"];

    private static bool CountsRoots => TestServers.Source.MajorVersion >= 14;

    private static bool CanBeTold => TestServers.Target.MajorVersion >= 18;

    [Test]
    public async Task Tables_get_the_statistics_of_the_source_and_what_they_lack_is_analyzed()
    {
        using var fixture = await StartAsync();
        var (exitCode, output) = await fixture.ApplyAsync();
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain(CanBeTold ? $"{(CountsRoots ? 8 : 7)} tables have the source's statistics" : "tables analyzed"));

        using var _ = Assert.EnterMultipleScope();
        var (source, target) = (await ReadAsync(TestServers.Source), await ReadAsync(TestServers.Target));
        foreach (var table in CountsRoots ? [.. Told, .. CountedFrom14] : Told)
        {
            Assert.That(source, Does.ContainKey(table));
            Assert.That(target[table] == source[table], Is.EqualTo(CanBeTold), $"{table}:\n{target[table]}\ninstead of\n{source[table]}");
        }

        foreach (var table in CountsRoots ? Analyzed : [.. Analyzed, .. CountedFrom14])
        {
            Assert.That(target[table], Is.Not.EqualTo(source.GetValueOrDefault(table)), table);
        }

        Assert.That(await LackingEstimatesAsync(), Is.Zero, "tables without an estimate of their rows");
    }

    /// <summary>Values of rows that stay behind must not arrive as statistics: of the table itself, of the root above it, of a view on it.</summary>
    [Test]
    public async Task Nothing_is_told_of_rows_that_stay_behind()
    {
        using var fixture = await StartAsync("statistics: copy, exclude: { tableData: [public.part_2, public.fruit] }");
        var (exitCode, output) = await fixture.ApplyAsync();
        Assert.That(exitCode, Is.Zero, output);

        var (source, target) = (await ReadAsync(TestServers.Source), await ReadAsync(TestServers.Target));
        using var _ = Assert.EnterMultipleScope();
        Assert.That(target["shape"] == source["shape"], Is.EqualTo(CanBeTold));
        Assert.That(target.Keys, Does.Not.Contain("fruit").And.Not.Contains("part_2").And.Not.Contains("view"));
        Assert.That(target["parts"], Is.Not.EqualTo(source["parts"]));
    }

    [Test]
    public async Task The_plan_says_when_the_target_can_not_be_told()
    {
        using var fixture = await StartAsync();
        var (exitCode, output) = await fixture.RunAsync("plan", "manifest.yaml");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, CanBeTold ? Does.Not.Contain("statistics: copy") : Does.Contain("can't be told statistics"));
    }

    /// <summary>Nobody computes the expression until ANALYZE does, for every row.</summary>
    [Test]
    public async Task A_table_that_can_not_be_analyzed_is_told_and_holds_up_nothing()
    {
        if (TestServers.Source.MajorVersion < 14)
        {
            Assert.Ignore("statistics on expressions came with 14");
        }

        using var fixture = new ApplyFixture("told_overflow");
        await fixture.CreateAsync("""
            CREATE TABLE squares (i int); INSERT INTO squares SELECT i * 1000 FROM generate_series(1, 100) i; CREATE STATISTICS squared ON (i * i) FROM squares;
            CREATE TABLE plain AS SELECT i FROM generate_series(1, 100) i
            """);
        var (exitCode, output) = await fixture.ApplyAsync();
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Match("note MP6701: 1 table of new/told_overflow could not be analyzed: .*squares.*: integer out of range"));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "told_overflow", "SELECT count(*) FROM pg_stats WHERE tablename = 'plain'"), Is.EqualTo(1));
    }

    /// <summary>The driver gives a session up in which a server reported an error of its own.</summary>
    [Test]
    public async Task So_is_one_at_which_the_server_fails_itself()
    {
        using var fixture = new ApplyFixture("told_failing");
        await fixture.CreateAsync("""
            CREATE FUNCTION fails(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
              IF pg_catalog.current_setting('application_name') = 'migplan' AND pg_catalog.current_query() LIKE 'ANALYZE%' THEN RAISE 'out of order' USING ERRCODE = 'XX000'; END IF;
              RETURN i; END $$;
            CREATE TABLE root (i int) PARTITION BY LIST (i); CREATE TABLE failing PARTITION OF root FOR VALUES IN (1); CREATE TABLE whole PARTITION OF root DEFAULT;
            CREATE INDEX ON failing (fails(i)); INSERT INTO root SELECT i % 4 FROM generate_series(1, 100) i; CREATE TABLE plain AS SELECT i FROM generate_series(1, 100) i;
            CREATE TABLE large AS SELECT i, repeat('x', 500) AS t FROM generate_series(1, 5000) i; CREATE TABLE larger AS TABLE large; ALTER TABLE larger ADD COLUMN j int;
            CREATE INDEX ON larger (fails(i))
            """);
        var (exitCode, output) = await fixture.ApplyAsync();
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Match("note MP6701: \\d tables of new/told_failing could not be analyzed: .*: out of order"));
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, "told_failing", "SELECT string_agg(DISTINCT tablename, ' ' ORDER BY tablename) FROM pg_stats WHERE schemaname = 'public'"),
            Does.StartWith("large").And.Contain("plain").And.Contain("whole"));
    }

    private static async Task<ApplyFixture> StartAsync(string properties = "statistics: copy")
    {
        var fixture = new ApplyFixture(Database);
        fixture.WriteManifest("counts", properties);
        await fixture.CreateAsync("""
            CREATE TABLE fruit (gone int, name text, weight numeric, tags text[], document jsonb, words tsvector, at timestamptz, PRIMARY KEY (name, weight)) WITH (autovacuum_enabled = off);
            ALTER TABLE fruit DROP COLUMN gone;
            INSERT INTO fruit SELECT (ARRAY['apple', 'pear', 'O''Brien {x,"y"}', ''])[1 + i % 4], i, ARRAY['t' || i % 5, NULL, '{}'], jsonb_build_object('i', i % 9),
              to_tsvector('simple', 'word' || i % 7 || ' all'), timestamptz '2026-01-01' + i * interval '1 hour' FROM generate_series(1, 3000) i;
            CREATE TABLE shape (id int, size real, tags text) WITH (autovacuum_enabled = off);
            INSERT INTO shape SELECT i, i / 3.0, 'Tag ' || i % 3 FROM generate_series(1, 500) i;
            CREATE INDEX shape_key ON shape ((id % 7), size, lower(tags));
            CREATE TABLE few (id int, note text) WITH (autovacuum_enabled = off);
            INSERT INTO few VALUES (1, NULL), (2, NULL);
            CREATE TABLE "A ""b"" 🐘" ("c 'd' \ 🐘" text, e float8) WITH (autovacuum_enabled = off);
            INSERT INTO "A ""b"" 🐘" SELECT 'v🐘' || i % 4, i / 7.0 FROM generate_series(1, 900) i;
            CREATE TABLE parts (id int, kind text) PARTITION BY RANGE (id);
            CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (1000) WITH (autovacuum_enabled = off);
            CREATE TABLE part_2 PARTITION OF parts FOR VALUES FROM (1000) TO (9000) WITH (autovacuum_enabled = off);
            INSERT INTO parts SELECT i, 'k' || i % 6 FROM generate_series(1, 2000) i;
            CREATE TABLE parent (id int, note text) WITH (autovacuum_enabled = off);
            CREATE TABLE child (more int) INHERITS (parent) WITH (autovacuum_enabled = off);
            INSERT INTO child SELECT i, 'c' || i % 3, i % 4 FROM generate_series(1, 200) i;
            CREATE MATERIALIZED VIEW view WITH (autovacuum_enabled = off) AS SELECT name, count(*) FROM fruit GROUP BY 1;
            CREATE VIEW above AS SELECT kind FROM parts;
            CREATE MATERIALIZED VIEW kinds WITH (autovacuum_enabled = off) AS SELECT kind, count(*) FROM above GROUP BY 1;
            CREATE TABLE extended (a int, b int) WITH (autovacuum_enabled = off);
            CREATE STATISTICS extended_s (dependencies) ON a, b FROM extended;
            INSERT INTO extended SELECT i % 9, i % 3 FROM generate_series(1, 300) i;
            CREATE TABLE stays (during int4range) WITH (autovacuum_enabled = off);
            INSERT INTO stays SELECT int4range(i, i + 9) FROM generate_series(1, 300) i;
            CREATE TABLE partial (a int) WITH (autovacuum_enabled = off);
            INSERT INTO partial SELECT i % 5 FROM generate_series(1, 100) i;
            CREATE TABLE empty (id int) WITH (autovacuum_enabled = off);
            ANALYZE;
            ALTER TABLE partial ADD COLUMN later text;
            CREATE TABLE never (a int) WITH (autovacuum_enabled = off);
            INSERT INTO never SELECT i FROM generate_series(1, 100) i;
            INSERT INTO fruit SELECT 'quince', i, ARRAY['u'], '{"q": 1}', 'quince', now() FROM generate_series(4000, 9000) i;
            INSERT INTO shape SELECT i, i, 'late' FROM generate_series(1000, 2000) i;
            INSERT INTO few SELECT i, 'late' FROM generate_series(3, 50) i;
            INSERT INTO "A ""b"" 🐘" SELECT 'late', 0 FROM generate_series(1, 900) i;
            INSERT INTO parts SELECT i, 'late' FROM generate_series(0, 4000) i;
            INSERT INTO parent SELECT i, 'late' FROM generate_series(1, 90) i;
            INSERT INTO child SELECT i, 'late', 9 FROM generate_series(1, 500) i;
            INSERT INTO extended SELECT 77, 77 FROM generate_series(1, 900) i;
            INSERT INTO stays SELECT int4range(NULL, i) FROM generate_series(1, 900) i;
            INSERT INTO partial SELECT 8, 'late' FROM generate_series(1, 900) i;
            REFRESH MATERIALIZED VIEW view;
            REFRESH MATERIALIZED VIEW kinds;
            """);
        return fixture;
    }

    /// <summary>Everything that the planner knows of each table's columns.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> ReadAsync(LocalCluster server)
    {
        await using var connection = await Sql.OpenAsync(server, Database);
        await using var command = new NpgsqlCommand(
            """
            SELECT tablename::text, string_agg(concat_ws(' | ', attname, inherited, null_frac, avg_width, n_distinct, most_common_vals, most_common_freqs, histogram_bounds,
                   correlation, most_common_elems, most_common_elem_freqs, elem_count_histogram), E'\n' ORDER BY attname, inherited)
              FROM pg_stats WHERE schemaname = 'public' GROUP BY 1
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        var statistics = new Dictionary<string, string>();
        while (await reader.ReadAsync())
        {
            statistics.Add(reader.GetString(0), reader.GetString(1));
        }

        return statistics;
    }

    private static Task<long> LackingEstimatesAsync() => Sql.ScalarAsync<long>(
        TestServers.Target,
        Database,
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm', 'p') AND reltuples < 0");
}
