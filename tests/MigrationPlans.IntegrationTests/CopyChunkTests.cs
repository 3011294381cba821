using MigrationPlans.PostgreSql.Copy;
using MigrationPlans.PostgreSql.Rows;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

public sealed class CopyChunkTests
{
    [Test]
    public async Task A_big_table_goes_in_chunks_and_its_indexes_are_built_beside_that_of_its_key()
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE big (id int NOT NULL, v text); CREATE TABLE small (id int)");
        await copy.OnSourceAsync(
            """
            INSERT INTO big SELECT i, repeat('v', 700) FROM generate_series(-100000, 100000) i;
            DELETE FROM big WHERE id BETWEEN 0 AND 20000;
            INSERT INTO small VALUES (1);
            """);
        copy.AddEntry("CONSTRAINT", "public", "big", "big big_pkey", "ALTER TABLE ONLY public.big ADD CONSTRAINT big_pkey PRIMARY KEY (id);");
        copy.AddEntry("INDEX", "public", "big", "big_v", "CREATE INDEX big_v ON public.big USING hash (v);");

        await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM migplan_ledger.chunk WHERE table_name = 'big' AND chunks > 1"), Is.GreaterThan(1));
        // The key's index was there before the key, whose transaction is a later one.
        Assert.That(
            await copy.TargetAsync<bool>("SELECT i.xmin <> c.xmin FROM pg_class i, pg_constraint c WHERE i.relname = 'big_pkey' AND c.conname = 'big_pkey'"),
            Is.True);
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM migplan_ledger.entry WHERE digest LIKE '%:index'"), Is.EqualTo(1));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass AND indisvalid"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_lost_chunk_of_an_unchanged_source_alone_is_copied_again()
    {
        await using var copy = await FencedAsync("INSERT INTO big SELECT i, repeat('v', 700) FROM generate_series(1, 200000) i");
        await copy.CopyAsync();
        await copy.OnTargetAsync(
            "DELETE FROM migplan_ledger.chunk WHERE chunk = 0; DELETE FROM big WHERE id <= (SELECT row_count FROM migplan_ledger.chunk WHERE chunk = 1)");
        // Chunks hold equally many of these rows, so the ids of the first are as many as the second's.

        var result = await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
        Assert.That(
            result.Summary,
            Does.StartWith("1 table, 200000 rows, ").And.Match("; in this try [1-9][0-9]* rows, ").And.Not.Contain("in this try 200000 rows"));
    }

    /// <summary>An UPDATE moves rows out of a chunk that has arrived into one that has not.</summary>
    [Test]
    public async Task Chunks_are_not_kept_when_a_session_wrote_behind_the_fence()
    {
        await using var copy = await FencedAsync("INSERT INTO big SELECT i, repeat('v', 700) FROM generate_series(1, 200000) i");
        await copy.CopyAsync();
        await copy.OnTargetAsync("DELETE FROM big WHERE id > (SELECT sum(row_count) FROM migplan_ledger.chunk WHERE chunk < chunks - 1); DELETE FROM migplan_ledger.chunk WHERE chunk = chunks - 1");
        await copy.OnSourceAsync("BEGIN READ WRITE; UPDATE big SET v = 'moved' WHERE id <= 1000; COMMIT");

        await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    /// <summary>The first look at the source comes after its snapshot: what was written in between is in the one, and not in the other.</summary>
    [Test]
    public async Task What_was_written_behind_the_fence_before_the_first_look_is_found_by_the_next_try()
    {
        await using var copy = await FencedAsync("INSERT INTO big VALUES (1, 'there')");
        copy.AfterSnapshot = "BEGIN READ WRITE; INSERT INTO big VALUES (2, 'late'); COMMIT";
        await copy.CopyAsync();
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM big"), Is.EqualTo(1));

        copy.AfterSnapshot = null;
        await copy.CopyAsync();

        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM big"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_half_copied_table_of_a_changed_source_is_copied_again_from_the_start()
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE big (id int NOT NULL, v text)");
        await copy.OnSourceAsync("INSERT INTO big SELECT i, repeat('v', 700) FROM generate_series(1, 200000) i");
        await copy.CopyAsync();
        await copy.OnTargetAsync("DELETE FROM migplan_ledger.chunk WHERE chunk = 0");
        await copy.OnSourceAsync("UPDATE big SET v = 'new' WHERE id % 1000 = 0");

        await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    [Test]
    public async Task A_server_restarted_in_the_middle_fails_the_step_and_a_second_attempt_completes_it()
    {
        await using var own = await RestartableServer.StartAsync();
        await using var copy = await CopyHarness.CreateAsync(
            "CREATE TABLE big (id int NOT NULL, v text); CREATE TABLE small (id int)", TestServers.Source, own.Server);
        await copy.OnSourceAsync("INSERT INTO big SELECT i, repeat('v', 700) FROM generate_series(1, 200000) i; INSERT INTO small VALUES (1)");
        var crash = new Lazy<Task>(() => own.Server.StopAsync("immediate", CancellationToken.None));
        copy.Events.Then = _ => crash.Value.Wait();

        var failure = Assert.ThrowsAsync<MigrationPlans.Execution.StepFailedException>(() => copy.CopyAsync());
        Assert.That(failure!.FailureClass, Is.EqualTo(MigrationPlans.Execution.FailureClass.Transient), failure.ToString());
        copy.Events.Then = null;
        await own.Server.StartAsync(CancellationToken.None);
        await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    [TestCase(1L << 30, 4)]
    [TestCase(200L << 20, 2)]
    public void Chunks_cover_every_page_once_and_give_all_workers_something_to_do(long bytes, int workers)
    {
        var table = new TableCopy
        {
            Source = new TableRows { Oid = 1, Name = new TableName("s", "t"), Bytes = bytes, Pages = bytes / 8192 },
            Target = new TableRows { Oid = 1, Name = new TableName("s", "t") },
            IsBinary = true,
        };

        var units = new CopyPlanner(workers, canChunk: true).Plan([table]);

        Assert.That(units, Has.Length.GreaterThanOrEqualTo(workers));
        Assert.That(units.Select(unit => unit.Chunk!.Index), Is.EqualTo(Enumerable.Range(0, units.Length)));
        Assert.That(units[0].Chunk!.Condition, Does.StartWith("ctid >= '(0,0)'").And.Contain($"ctid < '({units[0].Chunk!.PagesEach},0)'"));
        Assert.That(units[^1].Chunk!.Condition, Does.Not.Contain("<"));
        Assert.That(new CopyPlanner(workers, canChunk: false).Plan([table]), Has.Length.EqualTo(1));
    }

    /// <summary>Without a fence, whatever autovacuum does anywhere on the server makes it another state.</summary>
    private static async Task<CopyHarness> FencedAsync(string rows)
    {
        var copy = await CopyHarness.CreateAsync("CREATE TABLE big (id int NOT NULL, v text)");
        await copy.OnSourceAsync(rows);
        await copy.OnSourceAsync($"ALTER DATABASE {copy.Database} SET default_transaction_read_only = on");
        copy.Mapping = copy.Mapping with { Fence = MigrationPlans.Manifest.Fence.ReadOnly };
        return copy;
    }
}
