using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

public sealed class CopyLargeObjectTests
{
    private const string Contents =
        """
        SELECT string_agg(concat_ws(' ', oid, pg_get_userbyid(lomowner), lomacl, md5(lo_get(oid)), obj_description(oid, 'pg_largeobject')), E'\n' ORDER BY oid)
        FROM pg_largeobject_metadata
        """;

    [Test]
    public async Task Large_objects_arrive_with_oid_owner_grants_and_comment()
    {
        await using var copy = await CopyHarness.CreateAsync("SELECT 1");
        await copy.OnSourceAsync("CREATE ROLE lo_owner; CREATE ROLE lo_reader");
        await copy.OnTargetAsync("CREATE ROLE lo_owner; CREATE ROLE lo_reader");
        await copy.OnSourceAsync(
            """
            SELECT lo_from_bytea(0, convert_to('small ' || i, 'UTF8')) FROM generate_series(1, 1200) i;
            SELECT lo_from_bytea(90001, ''), lo_from_bytea(90002, convert_to(repeat('0123456789', 500000), 'UTF8')), lo_from_bytea(90003, 'gaps');
            SELECT lo_put(90003, 3000000, 'end');
            ALTER LARGE OBJECT 90001 OWNER TO lo_owner;
            GRANT SELECT ON LARGE OBJECT 90001 TO lo_reader WITH GRANT OPTION;
            GRANT UPDATE ON LARGE OBJECT 90001 TO PUBLIC;
            REVOKE UPDATE ON LARGE OBJECT 90002 FROM CURRENT_USER;
            COMMENT ON LARGE OBJECT 90002 IS 'it''s \ digits';
            """);

        await copy.CopyAsync();

        Assert.That(await copy.TargetAsync<string>(Contents), Is.EqualTo(await copy.SourceAsync<string>(Contents)));
        Assert.That((await copy.ObserveAsync()).IsDone, Is.True);
        await copy.OnSourceAsync("SELECT lo_put(90001, 0, 'later'), lo_unlink(90003)");
        var again = await copy.CopyAsync();
        Assert.That(again.Summary, Does.StartWith("0 tables, 0 rows, 0 MB; in this try 0 rows, 0 MB, "), "both count tables alone");
        Assert.That(await copy.TargetAsync<string>(Contents), Is.EqualTo(await copy.SourceAsync<string>(Contents)));
        await copy.OnSourceAsync("DROP OWNED BY lo_owner, lo_reader; DROP ROLE lo_owner, lo_reader");
        await copy.OnTargetAsync("DROP OWNED BY lo_owner, lo_reader; DROP ROLE lo_owner, lo_reader");
    }

    [Test]
    public async Task A_mapping_of_a_part_leaves_them_behind_and_says_so()
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE t (a int)");
        copy.Mapping = copy.Mapping with { Include = new Selection { Schemas = ["public"] } };
        await copy.OnSourceAsync("SELECT lo_from_bytea(0, 'x')");

        var result = await copy.CopyAsync();

        Assert.That(result.Notes.Single().Code, Is.EqualTo("MP6104"));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM pg_largeobject_metadata"), Is.Zero);
    }

    [Test]
    public async Task More_objects_than_a_transaction_can_lock_are_replaced_when_the_source_has_moved_on()
    {
        await using var servers = await OwnServers.StartAsync("max_connections = 30", "max_locks_per_transaction = 64");
        await using var copy = await CopyHarness.CreateAsync("SELECT 1", servers.Source, servers.Target);
        await copy.OnSourceAsync("SELECT lo_from_bytea(0, 'x') FROM generate_series(1, 10000)");
        await copy.CopyAsync();
        await copy.OnSourceAsync("SELECT lo_put((SELECT max(oid) FROM pg_largeobject_metadata), 0, 'later')");

        await copy.CopyAsync();

        Assert.That(await copy.TargetAsync<string>(Contents), Is.EqualTo(await copy.SourceAsync<string>(Contents)));
    }

    /// <summary>What is left of them has no ledger rows any more, and is in the way of those to come.</summary>
    [TestCase("SELECT lo_put((SELECT max(oid) FROM pg_largeobject_metadata), 0, 'later')")]
    [TestCase("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")]
    public async Task A_run_that_dies_while_it_removes_them_is_resumed(string change)
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
        await copy.OnTargetAsync("TRUNCATE t");
        await copy.OnSourceAsync("SELECT lo_from_bytea(0, 'x') FROM generate_series(1, 3000)");
        await copy.CopyAsync();
        await copy.OnSourceAsync(change);

        await KillWhileRemovingAsync(copy);

        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM pg_largeobject_metadata"), Is.GreaterThan(0).And.LessThan(3000));
        Assert.That((await copy.ObserveAsync()).IsDone, Is.False);
        await copy.CopyAsync();
        const string OrNone = $"SELECT COALESCE(({Contents}), '')";
        Assert.That(await copy.TargetAsync<string>(OrNone), Is.EqualTo(await copy.SourceAsync<string>(OrNone)));
        Assert.That((await copy.ObserveAsync()).IsDone, Is.True);
    }

    private static async Task KillWhileRemovingAsync(CopyHarness copy)
    {
        await using var holder = await Sql.OpenAsync(copy.Target, copy.Database);
        await Sql.RunAsync(
            holder,
            """
            BEGIN;
            DO $$ DECLARE last oid; BEGIN SELECT max(oid) INTO last FROM pg_largeobject_metadata; EXECUTE format('COMMENT ON LARGE OBJECT %s IS %L', last, 'held'); END $$
            """);
        var run = copy.CopyAsync();
        const string Waiting = "datname = current_database() AND wait_event_type = 'Lock'";
        while (!run.IsCompleted && await copy.TargetAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE {Waiting}") == 0)
        {
            await Task.Delay(50);
        }

        await copy.OnTargetAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {Waiting}");
        Assert.ThrowsAsync<StepFailedException>(() => run);
    }
}
