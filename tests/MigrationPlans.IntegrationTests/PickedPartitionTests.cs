using System.Text.Json;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// Partitions without their roots and roots without all of their partitions, where a row's place may differ between databases:
/// copied and compared as they were picked.
/// </summary>
public sealed class PickedPartitionTests
{
    /// <summary>Hashed by a number, by an enum's object ids, below days, and in ranges of text that a library sorts.</summary>
    private const string Schema =
        """
        CREATE SCHEMA app;
        CREATE TABLE app.ev (id int PRIMARY KEY, note text) PARTITION BY HASH (id);
        CREATE TABLE app.ev_0 PARTITION OF app.ev FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE app.ev_1 (note text, id int NOT NULL); ALTER TABLE app.ev ATTACH PARTITION app.ev_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO app.ev SELECT i, 'event ' || i FROM generate_series(1, 1000) i;
        CREATE TYPE app.color AS ENUM ('red', 'green', 'blue', 'black', 'white', 'grey');
        CREATE TABLE app.hue (c app.color, n int) PARTITION BY HASH (c);
        CREATE TABLE app.hue_0 PARTITION OF app.hue FOR VALUES WITH (MODULUS 3, REMAINDER 0);
        CREATE TABLE app.hue_1 PARTITION OF app.hue FOR VALUES WITH (MODULUS 3, REMAINDER 1);
        CREATE TABLE app.hue_2 PARTITION OF app.hue FOR VALUES WITH (MODULUS 3, REMAINDER 2);
        INSERT INTO app.hue SELECT (enum_range(NULL::app.color))[1 + i % 6], i FROM generate_series(1, 600) i;
        CREATE TABLE app.word (w text COLLATE "und-x-icu", n int) PARTITION BY RANGE (w);
        CREATE TABLE app.word_a PARTITION OF app.word FOR VALUES FROM ('a') TO ('m');
        CREATE TABLE app.word_m PARTITION OF app.word FOR VALUES FROM ('m') TO (MAXVALUE);
        INSERT INTO app.word VALUES ('apple', 1), ('berry', 2), ('nut', 3), ('plum', 4);
        CREATE TABLE app.day (d date, c app.color) PARTITION BY RANGE (d);
        CREATE TABLE app.day_1 PARTITION OF app.day FOR VALUES FROM ('2026-01-01') TO ('2026-01-02') PARTITION BY HASH (c);
        CREATE TABLE app.day_1_0 PARTITION OF app.day_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE app.day_1_1 PARTITION OF app.day_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO app.day SELECT '2026-01-01', (enum_range(NULL::app.color))[1 + i % 6] FROM generate_series(1, 60) i;
        """;

    private const string Logged =
        """
        CREATE SCHEMA audit; CREATE TABLE audit.log (id int, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
        CREATE TABLE audit.log_1 PARTITION OF audit.log FOR VALUES FROM ('2026-01-01') TO ('2026-02-01') PARTITION BY HASH (id);
        CREATE TABLE audit.log_1_0 PARTITION OF audit.log_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE audit.log_1_1 PARTITION OF audit.log_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE SCHEMA old; CREATE TABLE old.log_2 PARTITION OF audit.log FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
        INSERT INTO audit.log SELECT i, date '2026-01-15' FROM generate_series(1, 20) i UNION ALL SELECT 21, '2026-02-15';
        CREATE TABLE audit.other (id int, d date, CONSTRAINT crossing FOREIGN KEY (id, d) REFERENCES old.log_2); INSERT INTO audit.other VALUES (21, '2026-02-15');
        ANALYZE;
        """;

    /// <summary>What a leaf has by the root comes by way of the table between them.</summary>
    private const string Between =
        """
        CREATE SCHEMA app; CREATE TABLE app.ref (id int PRIMARY KEY); INSERT INTO app.ref VALUES (1); CREATE FUNCTION app.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE app.root (id int CONSTRAINT "to ref" REFERENCES app.ref, d int) PARTITION BY RANGE (d); CREATE TRIGGER noting AFTER INSERT ON app.root FOR EACH ROW EXECUTE FUNCTION app.note();
        CREATE TABLE app.between PARTITION OF app.root FOR VALUES FROM (1) TO (9) PARTITION BY LIST (id); CREATE TABLE app.leaf PARTITION OF app.between DEFAULT; CREATE TABLE app.direct PARTITION OF app.root DEFAULT;
        INSERT INTO app.root VALUES (1, 1), (1, 10);
        CREATE SCHEMA deep; CREATE TABLE deep.root (a int, b int, CONSTRAINT root_key PRIMARY KEY (a)) PARTITION BY RANGE (a); CREATE INDEX root_b ON deep.root (b);
        CREATE TABLE deep.mid PARTITION OF deep.root FOR VALUES FROM (0) TO (50) PARTITION BY RANGE (a); CREATE TABLE deep.mid_1 PARTITION OF deep.mid FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (a);
        CREATE TABLE deep.mid_11 PARTITION OF deep.mid_1 FOR VALUES FROM (0) TO (5); CREATE TABLE deep.mid_2 PARTITION OF deep.mid DEFAULT; INSERT INTO deep.root SELECT g, g FROM generate_series(0, 4) g;
        CREATE TABLE deep.mere (a int) PARTITION BY LIST (a); CREATE UNIQUE INDEX mere_a ON deep.mere (a); CREATE TABLE deep.key (a int PRIMARY KEY); ALTER TABLE deep.mere ATTACH PARTITION deep.key DEFAULT;
        """;

    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE picked");
        await Sql.RunAsync(servers.Source, "picked", Schema);
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE logged");
        await Sql.RunAsync(servers.Source, "logged", Logged);
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE between");
        await Sql.RunAsync(servers.Source, "between", Between);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    /// <summary>pg_dump writes rows that are hashed by an enum for the root: no archive brings them without it.</summary>
    [TestCase("stream", "app.day_1", "app.ev_0", "app.hue_1", "app.word_a")]
    [TestCase("archive", "app.ev_0", "app.word_a")]
    public async Task Partitions_whose_roots_stay_behind_arrive_and_are_compared_by_themselves(string strategy, params string[] picked)
    {
        var manifest = Manifest($"alone-{strategy}", $"include: {{ tables: [{string.Join(", ", picked.Select(name => $"{name}*"))}] }}", strategy);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        Assert.That(await ComparedAsync(manifest), Is.EqualTo(TakesRoots(strategy) ? ["app.ev", "app.word"] : picked));
        await Sql.RunAsync(servers.Target, Database($"alone-{strategy}"), "DELETE FROM app.ev_0 WHERE id = (SELECT min(id) FROM app.ev_0)");
        using var verify = await servers.RunAsync("verify", manifest);
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Match(@"app\.ev(_0)?\b").And.Not.Match(@"app\.(hue_1|word|word_a)\b"), verify.ToString());
    }

    [Test]
    public async Task Roots_without_all_of_their_partitions_are_compared_by_the_rows_that_were_picked()
    {
        var manifest = Manifest("some", "exclude: { tables: [app.ev_1], tableData: [app.hue_2, app.word_m] }", "stream");
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        Assert.That(await ComparedAsync(manifest), Is.EqualTo(new[] { "app.day_1", "app.ev", "app.hue", "app.word" }));
        await Sql.RunAsync(
            servers.Target,
            Database("some"),
            "UPDATE app.ev SET note = 'other' WHERE id = (SELECT max(id) FROM app.ev); UPDATE app.hue SET n = 0 WHERE n = (SELECT max(n) FROM app.hue)");
        using var verify = await servers.RunAsync("verify", manifest);
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain($"(id) changed {await Sql.ScalarAsync<int>(servers.Source, "picked", "SELECT max(id) FROM app.ev_0")}")
                .And.Match(@"app\.hue\b")
                .And.Not.Match(@"app\.word\b"),
            verify.ToString());
    }

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task Rows_of_a_table_that_stay_behind_stay_behind_in_its_partitions_on_all_levels(string strategy)
    {
        var manifest = servers.WriteManifest(
            $"logged-{strategy}",
            $"{{ from: source/logged, to: target/logged_{strategy}, verify: checksums, strategy: {strategy}, exclude: {{ tableData: [audit.log] }}, crossBoundaryForeignKeys: drop }}");
        using var plan = await servers.RunAsync("plan", manifest);
        Assert.That(
            plan.Output,
            Does.Contain("skip     rows of audit.log and of all its partitions: named under `exclude.tableData`; the tables themselves are created"),
            plan.ToString());
        Assert.That(
            plan.Output,
            Does.Contain("foreign key crossing of audit.other: refers to old.log_2, whose rows are not taken").And.Not.Contain("rows of old.log_2"),
            plan.ToString());
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        Assert.That(await ComparedAsync(manifest), Is.EqualTo(new[] { "audit.other" }));
        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target,
                $"logged_{strategy}",
                "SELECT (SELECT count(*) FROM audit.log) || ' ' || (SELECT count(*) FROM audit.other) || ' ' || (SELECT count(*) FROM pg_class WHERE relispartition AND relkind IN ('r', 'p'))"),
            Is.EqualTo("0 1 4"));
    }

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task A_partition_whose_root_comes_and_the_table_between_does_not_has_nothing_by_the_root(string strategy)
    {
        var manifest = servers.WriteManifest(
            $"between-{strategy}",
            $"{{ from: source/between, to: target/between_{strategy}, verify: checksums, strategy: {strategy}, exclude: {{ tables: [app.between] }} }}");

        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await Sql.RunAsync(servers.Target, $"between_{strategy}", "ALTER TABLE app.root DROP CONSTRAINT \"to ref\"; DROP TRIGGER noting ON app.root");
        using var verify = await servers.RunAsync("verify", manifest);

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("foreign key app.root.to ref")
                .And.Contain("foreign key app.direct.")
                .And.Contain("trigger app.root.noting")
                .And.Contain("trigger app.direct.noting")
                .And.Not.Contain("app.leaf"));
    }

    [TestCase("stream", "deep.mid*", 3)]
    [TestCase("archive", "deep.mid*", 3)]
    [TestCase("stream", "deep.mid_*", 1)]
    [TestCase("stream", "deep.key", 0)]
    public async Task Keys_below_a_partition_whose_root_stays_behind_are_parts_of_its_key(string strategy, string pick, int parts)
    {
        var database = $"deep_{strategy}_{parts}";
        var manifest = servers.WriteManifest(
            database.Replace('_', '-'),
            $"{{ from: source/between, to: target/{database}, verify: checksums, strategy: {strategy}, include: {{ tables: [\"{pick}\"] }} }}");

        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        const string Attached = "SELECT count(*) FILTER (WHERE i.indisprimary) || ' ' || count(*) || ' ' || COALESCE(bool_and(i.indisvalid), true) FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indexrelid";
        Assert.That(
            await Sql.ScalarAsync<string>(servers.Target, database, Attached),
            Is.EqualTo(TakesRoots(strategy) ? "4 8 true" : $"{parts} {2 * parts} true"));
    }

    /// <summary>A pg_dump below 14, by which such a source is archived, can't make a partition without its root: that comes along, empty.</summary>
    private bool TakesRoots(string strategy) => strategy == "archive" && servers.Source.MajorVersion < 14;

    private static string Database(string name) => $"picked_{name.Replace('-', '_')}";

    private string Manifest(string name, string pick, string strategy) =>
        servers.WriteManifest(name, $"{{ from: source/picked, to: target/{Database(name)}, verify: checksums, strategy: {strategy}, {pick} }}");

    /// <summary>What verify looked at and found equal, with rows in it.</summary>
    private async Task<IReadOnlyList<string>> ComparedAsync(string manifest)
    {
        using var verify = await servers.RunAsync("verify", manifest, "--format", "json");
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        var tables = JsonDocument.Parse(verify.Output).RootElement.GetProperty("databases")[0].GetProperty("tables").EnumerateArray();
        return [.. tables.Where(table => table.GetProperty("sourceRows").GetInt64() > 0)
            .Select(table => $"{table.GetProperty("schema").GetString()}.{table.GetProperty("name").GetString()}")];
    }
}
