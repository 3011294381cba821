using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A target server that crashes while a run goes on, just after a step is done: what the journal says is done must be there still.</summary>
[NonParallelizable]
public sealed class TargetCrashTests
{
    private const int Tables = 40;

    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => servers = await OwnServers.StartAsync(
        ["max_connections = 50"],
        // What nobody waits for reaches the disk late.
        ["max_connections = 50", "wal_writer_delay = 10s", "wal_writer_flush_after = 0"]);

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [TestCase("create-roles")]
    [TestCase("create-database")]
    [TestCase("restore-schema")]
    [TestCase("copy-data")]
    [TestCase("restore-constraints")]
    [TestCase("set-sequences")]
    [TestCase("apply-settings")]
    public async Task Nothing_of_a_step_that_is_done_is_lost(string step)
    {
        var database = $"crash_{step.Replace('-', '_')}";
        await FillAsync(database);
        using var apply = servers.Start(
            "apply",
            servers.WriteManifest(step, $"{{ from: source/{database}, to: target/{database}, verify: none }}"),
            "--auto-approve");
        await apply.WaitForErrorTextAsync($"{step} done");
        await CrashAsync();
        await apply.WaitAsync();

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await ContentAsync(servers.Target, database), Is.EqualTo(await ContentAsync(servers.Source, database)), apply.ToString());
    }

    [Test]
    public async Task A_server_that_comes_back_without_taking_writes_is_waited_for()
    {
        await FillAsync("crash_failover");
        using var apply = servers.Start(
            "apply",
            servers.WriteManifest("failover", "{ from: source/crash_failover, to: target/crash_failover }"),
            "--auto-approve");
        await apply.WaitForErrorTextAsync("create-database done");
        await servers.Target.StopAsync("immediate", CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(servers.Target.DataDirectory, "standby.signal"), "");
        await servers.Target.StartAsync(CancellationToken.None);
        await apply.WaitForErrorTextAsync("read-only transaction (SQLSTATE 25006)");
        await Sql.RunAsync(servers.Target, "postgres", "SELECT pg_promote()");
        await apply.WaitAsync();

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await ContentAsync(servers.Target, "crash_failover"), Is.EqualTo(await ContentAsync(servers.Source, "crash_failover")), apply.ToString());
    }

    /// <summary>
    /// With what has come to them since: keys in an order that is not the names', some of which wait, triggers,
    /// sequences that are unlogged too (from 15 on), views.
    /// </summary>
    [Test]
    public async Task Unlogged_tables_that_it_empties_after_the_copy_are_filled_again()
    {
        var manifest = await CrashAfterCopyAsync("crash_unlogged", """
            CREATE UNLOGGED TABLE scratch (id serial PRIMARY KEY, v text); CREATE UNLOGGED TABLE child (id int REFERENCES scratch DEFERRABLE INITIALLY DEFERRED, v text);
            INSERT INTO scratch (v) VALUES ('a'), ('b'); INSERT INTO child VALUES (2, 'c'); CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM scratch;
            CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := ''fired''; RETURN NEW; END'; CREATE TRIGGER mark BEFORE INSERT ON scratch FOR EACH ROW EXECUTE FUNCTION mark(); ALTER TABLE scratch ENABLE ALWAYS TRIGGER mark;
            CREATE TRIGGER other BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION mark();
            CREATE TABLE referred (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE UNLOGGED TABLE referred0 PARTITION OF referred DEFAULT; INSERT INTO referred VALUES (5);
            CREATE TABLE early (id int REFERENCES referred) PARTITION BY RANGE (id); CREATE UNLOGGED TABLE early0 PARTITION OF early DEFAULT; INSERT INTO early VALUES (5)
            """);

        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(again.ToString(), Does.Contain("MP6111").And.Contain("4 unlogged tables"));
        Assert.That(await Sql.ScalarAsync<string>(servers.Target, "crash_unlogged", """
            SELECT concat_ws(' ', (SELECT string_agg(v, ',' ORDER BY id) FROM scratch), (SELECT string_agg(v, ',') FROM child), (SELECT id FROM early), (SELECT count FROM counted), (SELECT last_value FROM scratch_id_seq), (SELECT tgenabled FROM pg_trigger WHERE tgname = 'mark'))
            """), Is.EqualTo("a,b c 5 2 2 A"));
    }

    /// <summary>A row refers to one that came to the source since. What was rolled back must not look like rows to the next try.</summary>
    [Test]
    public async Task Unlogged_tables_that_can_not_be_filled_again_are_refused_until_they_can_be()
    {
        var manifest = await CrashAfterCopyAsync(
            "crash_refused",
            "CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1); CREATE UNLOGGED TABLE child (id int REFERENCES parent, v text); INSERT INTO child VALUES (1, 'a')",
            meanwhile: "INSERT INTO parent VALUES (2); INSERT INTO child VALUES (2, 'b')");

        using var refused = await servers.RunAsync("apply", manifest, "--auto-approve");
        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");
        await Sql.RunAsync(servers.Source, "crash_refused", "DELETE FROM child WHERE id = 2");
        using var filled = await servers.RunAsync("apply", manifest, "--auto-approve");

        foreach (var run in new[] { refused, again })
        {
            Assert.That(run.ExitCode, Is.EqualTo(1), run.ToString());
            Assert.That(run.ToString(), Does.Contain("MP6131").And.Contain("public.child"));
        }

        Assert.That(filled.ExitCode, Is.Zero, filled.ToString());
        Assert.That(await Sql.ScalarAsync<string>(servers.Target, "crash_refused", "SELECT string_agg(v, ',') FROM child"), Is.EqualTo("a"));
    }

    /// <summary>Which rows a crash took can't be told: each may be in any part.</summary>
    [TestCase(
        "stream",
        "CREATE TYPE kind AS ENUM ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p'); CREATE TABLE tree (k kind) PARTITION BY HASH (k); CREATE UNLOGGED TABLE tree0 PARTITION OF tree FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE tree1 PARTITION OF tree FOR VALUES WITH (MODULUS 2, REMAINDER 1); INSERT INTO tree SELECT unnest(enum_range(NULL::kind))",
        "public.tree0",
        "some of which are unlogged")]
    [TestCase("archive", "CREATE UNLOGGED TABLE \"Scratch\" AS SELECT 1 AS id", "public.Scratch", "an archive")]
    public async Task Unlogged_tables_whose_rows_can_not_be_told_are_refused(string strategy, string objects, string table, string reason)
    {
        var manifest = await CrashAfterCopyAsync($"crash_{strategy}", objects, $", strategy: {strategy}");

        using var refused = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(refused.ExitCode, Is.EqualTo(1), refused.ToString());
        Assert.That(refused.ToString(), Does.Contain("MP6131").And.Contain(table).And.Contain(reason));
    }

    /// <summary>The ledger's own unlogged row, which nobody fills, is none of them.</summary>
    [Test]
    public async Task An_archives_unlogged_tables_that_somebody_has_filled_again_let_the_run_go_on()
    {
        var manifest = await CrashAfterCopyAsync("crash_by_hand", "CREATE UNLOGGED TABLE scratch AS SELECT 1 AS id", ", strategy: archive");
        using var refused = await servers.RunAsync("apply", manifest, "--auto-approve");
        await Sql.RunAsync(servers.Target, "crash_by_hand", "INSERT INTO scratch VALUES (1)");

        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(refused.ToString(), Does.Contain("MP6131").And.Contain("1 unlogged table, public.scratch"));
        Assert.That(again.ExitCode, Is.Zero, again.ToString());
    }

    /// <summary>Of a tree with logged and unlogged parts, the unlogged ones may get none of the rows: the part follows from the enum's object id.</summary>
    [Test]
    public async Task Unlogged_parts_whose_rows_are_all_in_other_parts_are_not_taken_for_emptied()
    {
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE crash_moved");
        await Sql.RunAsync(servers.Source, "crash_moved", """
            CREATE TYPE kind AS ENUM (); DO $$ BEGIN FOR i IN 1..400 LOOP EXECUTE format('ALTER TYPE kind ADD VALUE %L', i); END LOOP; END $$
            """);
        await Sql.RunAsync(servers.Source, "crash_moved", """
            CREATE TABLE tree (k kind, v int) PARTITION BY HASH (k); CREATE UNLOGGED TABLE tree0 PARTITION OF tree FOR VALUES WITH (MODULUS 32, REMAINDER 0);
            DO $$ BEGIN FOR i IN 1..31 LOOP EXECUTE format('CREATE TABLE tree%1$s PARTITION OF tree FOR VALUES WITH (MODULUS 32, REMAINDER %1$s)', i); END LOOP; END $$;
            INSERT INTO tree SELECT k, 1 FROM unnest(enum_range(NULL::kind)) k WHERE satisfies_hash_partition('tree'::regclass, 32, 0, k) LIMIT 1
            """);
        var manifest = servers.WriteManifest("moved", "{ from: source/crash_moved, to: target/crash_moved, verify: checksums }");

        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(await Sql.ScalarAsync<long>(servers.Source, "crash_moved", "SELECT count(*) FROM tree0"), Is.EqualTo(1));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.ToString(), Does.Not.Contain("MP6111"));
    }

    /// <summary>Somebody puts a row into one of the tables that the crash emptied.</summary>
    [Test]
    public async Task An_unlogged_table_that_has_rows_again_keeps_no_other_from_being_filled()
    {
        var manifest = await CrashAfterCopyAsync("crash_apart", "CREATE UNLOGGED TABLE one AS SELECT 1 AS id; CREATE UNLOGGED TABLE other AS SELECT 2 AS id");
        await Sql.RunAsync(servers.Target, "crash_apart", "INSERT INTO one VALUES (1)");

        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(again.ToString(), Does.Contain("MP6111").And.Contain("public.other"));
        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target,
                "crash_apart",
                "SELECT (SELECT string_agg(id::text, ',') FROM one) || ' ' || (SELECT string_agg(id::text, ',') FROM other)"),
            Is.EqualTo("1 2"));
    }

    /// <summary>The rows of a list or range are where the source has them: what comes to other parts since says nothing.</summary>
    [Test]
    public async Task An_unlogged_part_is_filled_again_whatever_came_to_other_parts()
    {
        var manifest = await CrashAfterCopyAsync("crash_mixed", """
            CREATE TABLE mixed (id int) PARTITION BY LIST (id); CREATE UNLOGGED TABLE mixed1 PARTITION OF mixed FOR VALUES IN (1); CREATE TABLE mixed2 PARTITION OF mixed DEFAULT; INSERT INTO mixed VALUES (1), (2)
            """);
        await Sql.RunAsync(servers.Target, "crash_mixed", "INSERT INTO mixed VALUES (3), (4)");

        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(again.ToString(), Does.Contain("MP6111").And.Contain("public.mixed1"));
        Assert.That(
            await Sql.ScalarAsync<string>(servers.Target, "crash_mixed", "SELECT string_agg(id::text, ',' ORDER BY id) FROM mixed"),
            Is.EqualTo("1,2,3,4"));
    }

    /// <summary>The application works on the target already. A crash that was mended before is none any more.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task Unlogged_tables_that_somebody_emptied_stay_empty(bool hasCrashed)
    {
        var database = $"crash_drained_{hasCrashed}".ToLowerInvariant();
        var manifest = await StopAfterCopyAsync(
            database,
            "CREATE UNLOGGED TABLE queue AS SELECT 1 AS id; CREATE UNLOGGED TABLE cache AS SELECT 2 AS id; CREATE TABLE t (id int)",
            verify: "counts");
        if (hasCrashed)
        {
            await CrashAsync();
        }

        await AllowAsync(database);
        await DifferAsync(database, manifest);
        await Sql.RunAsync(servers.Target, database, "TRUNCATE queue; DELETE FROM t");

        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(again.ExitCode, Is.EqualTo(8), again.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(servers.Target, database, "SELECT (SELECT count(*) FROM queue) || ' ' || (SELECT count(*) FROM cache)"),
            Is.EqualTo("0 1"));
    }

    /// <summary>From 15 on, the sequence of an unlogged table is unlogged, be there rows in the table or not.</summary>
    [Test]
    public async Task Sequences_of_unlogged_tables_without_rows_are_set_again_by_the_last_step()
    {
        var manifest = await CrashAfterCopyAsync(
            "crash_sequence",
            "CREATE UNLOGGED TABLE nothing (id serial); SELECT setval('nothing_id_seq', 77); CREATE TABLE t (id int)",
            verify: "counts");
        await DifferAsync("crash_sequence", manifest);
        await CrashAsync();
        await Sql.RunAsync(servers.Target, "crash_sequence", "DELETE FROM t");

        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(await Sql.ScalarAsync<long>(servers.Target, "crash_sequence", "SELECT last_value FROM nothing_id_seq"), Is.EqualTo(77));
    }

    [Test]
    public async Task That_unlogged_tables_were_filled_again_is_told_though_a_later_step_failed_first()
    {
        var manifest = await CrashAfterCopyAsync("crash_told", "CREATE UNLOGGED TABLE scratch AS SELECT 1 AS id; CREATE TABLE t (id int)", verify: "counts");
        await DifferAsync("crash_told", manifest);
        Assert.That(await Sql.ScalarAsync<long>(servers.Target, "crash_told", "SELECT count(*) FROM scratch"), Is.EqualTo(1));
        await Sql.RunAsync(servers.Target, "crash_told", "DELETE FROM t");

        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(again.ToString(), Does.Contain("MP6111").And.Contain("public.scratch"));
    }

    /// <summary>The target crashes after the copy, and the run can go on.</summary>
    /// <returns>The manifest.</returns>
    private async Task<string> CrashAfterCopyAsync(string database, string objects, string options = "", string verify = "none", string meanwhile = "SELECT")
    {
        var manifest = await StopAfterCopyAsync(database, objects, options, verify);
        await Sql.RunAsync(servers.Source, database, meanwhile);
        await CrashAsync();
        await AllowAsync(database);
        return manifest;
    }

    /// <summary>A run that stops after the copy, at a view that can't be filled.</summary>
    /// <returns>The manifest.</returns>
    private async Task<string> StopAfterCopyAsync(string database, string objects, string options = "", string verify = "none")
    {
        await Sql.RunAsync(servers.Source, "postgres", $"CREATE DATABASE {database}");
        await Sql.RunAsync(servers.Source, database, objects);
        await Sql.RunAsync(servers.Source, database, "SET crash.allowed = 'yes'; CREATE MATERIALIZED VIEW late AS SELECT current_setting('crash.allowed')");
        var manifest = servers.WriteManifest(database.Replace('_', '-'), $"{{ from: source/{database}, to: target/{database}, verify: {verify}{options} }}");
        using var first = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(first.ExitCode, Is.EqualTo(1), first.ToString());
        return manifest;
    }

    private Task AllowAsync(string database) => Sql.RunAsync(servers.Target, "postgres", $"ALTER DATABASE {database} SET crash.allowed = 'yes'");

    /// <summary>A run that goes on until its last step, which finds a row too many in the table <c>t</c>.</summary>
    private async Task DifferAsync(string database, string manifest)
    {
        await Sql.RunAsync(servers.Target, database, "INSERT INTO t VALUES (1)");
        using var differing = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(differing.ExitCode, Is.EqualTo(8), differing.ToString());
    }

    private async Task FillAsync(string database)
    {
        await Sql.RunAsync(servers.Source, "postgres", $"CREATE DATABASE {database}; CREATE ROLE {database}_owner");
        await Sql.RunAsync(servers.Source, database, $"""
            DO $$ BEGIN
              FOR i IN 1..{Tables} LOOP
                EXECUTE format('CREATE TABLE n%s (a int, b text)', i);
                EXECUTE format('INSERT INTO n%s SELECT g, ''row '' || g FROM generate_series(1, 300) g', i);
              END LOOP;
            END $$;
            CREATE UNLOGGED TABLE scratch AS SELECT g FROM generate_series(1, 7) g;
            CREATE TABLE referred (id int PRIMARY KEY, n int REFERENCES referred);
            CREATE SEQUENCE counter;
            SELECT setval('counter', 555);
            ALTER TABLE n1 OWNER TO {database}_owner;
            COMMENT ON DATABASE {database} IS 'kept';
            """);
    }

    private async Task CrashAsync()
    {
        await servers.Target.StopAsync("immediate", CancellationToken.None);
        await servers.Target.StartAsync(CancellationToken.None);
    }

    private static async Task<string> ContentAsync(PostgreSql.Clusters.LocalCluster server, string database) =>
        await Sql.ScalarAsync<string>(server, database, $"""
            SELECT concat_ws(' ',
              (SELECT string_agg((xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM n%s', i), false, true, '')))[1]::text, ',') FROM generate_series(1, {Tables}) i),
              (SELECT last_value FROM counter), (SELECT count(*) FROM scratch),
              (SELECT string_agg(conname, ',' ORDER BY conname) FROM pg_constraint WHERE conrelid = 'referred'::regclass),
              (SELECT tableowner FROM pg_tables WHERE tablename = 'n1'),
              (SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()))
            """);
}
