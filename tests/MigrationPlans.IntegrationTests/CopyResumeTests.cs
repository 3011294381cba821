using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

public sealed class CopyResumeTests
{
    private const string Schema =
        """
        CREATE TABLE small (id int, v text);
        CREATE TABLE middle (id int, v text);
        CREATE TABLE other (id int, v text);
        """;

    private const string Rows =
        """
        INSERT INTO small SELECT i, 'v' || i FROM generate_series(1, 100) i;
        INSERT INTO middle SELECT i, repeat('v', 100) || i FROM generate_series(1, 50000) i;
        INSERT INTO other SELECT i, repeat('w', 100) || i FROM generate_series(1, 50000) i;
        """;

    [Test]
    public async Task A_finished_copy_is_observed_as_done_and_copies_nothing_again()
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        await copy.OnSourceAsync(Rows);
        copy.AddEntry("INDEX", "public", "middle", "middle_idx", "CREATE INDEX middle_idx ON public.middle USING btree (id);");
        Assert.That((await copy.ObserveAsync()).IsDone, Is.False);

        await copy.CopyAsync();
        Assert.That((await copy.ObserveAsync()).IsDone, Is.True);

        var again = await copy.CopyAsync();
        Assert.That(again.Summary, Does.Match(@"^3 tables, 100100 rows, [1-9][\d.]* MB; in this try 0 rows, 0 MB, 0 indexes$"));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM middle"), Is.EqualTo(50000));
    }

    [Test]
    public async Task A_key_whose_index_is_there_is_only_put_on_top_of_it()
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE middle (id int NOT NULL, v text)");
        await copy.OnSourceAsync("INSERT INTO middle SELECT i, repeat('v', 100) FROM generate_series(1, 50000) i");
        const string Key = "ALTER TABLE ONLY public.middle ADD CONSTRAINT middle_pkey PRIMARY KEY (id);";
        copy.AddEntry("CONSTRAINT", "public", "middle", "middle middle_pkey", Key);
        await copy.CopyAsync();
        // As a run leaves it that dies between the two steps.
        await copy.OnTargetAsync("ALTER TABLE middle DROP CONSTRAINT middle_pkey; CREATE UNIQUE INDEX middle_pkey ON middle (id)");
        await copy.OnTargetAsync("DELETE FROM migplan_ledger.entry WHERE digest NOT LIKE '%:index'");
        var index = await copy.TargetAsync<uint>("SELECT oid FROM pg_class WHERE relname = 'middle_pkey'");

        await copy.CopyAsync();

        Assert.That(await copy.TargetAsync<uint>("SELECT conindid FROM pg_constraint WHERE conname = 'middle_pkey' AND contype = 'p'"), Is.EqualTo(index));
        Assert.That((await copy.ObserveAsync()).IsDone, Is.True);
    }

    [TestCase("source")]
    [TestCase("target")]
    public async Task A_killed_backend_fails_the_step_as_transient_and_a_second_attempt_completes_it(string side)
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        await copy.OnSourceAsync(Rows);
        await copy.OnSourceAsync("INSERT INTO other SELECT i, repeat('w', 200) || i FROM generate_series(1, 1000000) i;");
        var server = side == "source" ? copy.Source : copy.Target;
        var kill = new Lazy<Task>(() => Sql.RunAsync(
            server, "postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{copy.Database}' AND query LIKE 'COPY%other%'"));
        copy.Events.Then = published =>
        {
            if (published is StepProgressed { Progress.Activity: "public.other" })
            {
                kill.Value.Wait();
            }
        };

        var failure = Assert.ThrowsAsync<StepFailedException>(() => copy.CopyAsync());
        Assert.That(failure!.FailureClass, Is.EqualTo(FailureClass.Transient), failure.ToString());
        copy.Events.Then = null;
        await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    [Test]
    public async Task Only_tables_that_the_source_changed_between_two_attempts_are_copied_again()
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        await copy.OnSourceAsync(Rows);
        await copy.CopyAsync();
        await copy.OnTargetAsync("DELETE FROM migplan_ledger.chunk WHERE table_name = 'other'");
        await copy.OnSourceAsync("UPDATE small SET v = 'changed' WHERE id = 7; INSERT INTO other VALUES (-1, 'late')");

        var result = await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
        Assert.That(result.Summary, Does.StartWith("3 tables, 100101 rows, ").And.Contain("; in this try 50101 rows, "));
    }

    /// <summary>It is compared in pieces, and the pieces of both sides hold other rows.</summary>
    [Test]
    public async Task A_huge_table_is_kept_when_it_is_equal_and_copied_again_when_one_row_is_not()
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE huge (id int PRIMARY KEY, v text); CREATE TABLE tick (id int)");
        await copy.OnSourceAsync("INSERT INTO huge SELECT i, repeat('v', 1500) FROM generate_series(1, 100000) i; DELETE FROM huge WHERE id < 20000; INSERT INTO tick VALUES (1); ANALYZE");
        await copy.CopyAsync();
        Assert.That(
            await copy.TargetAsync<long>("SELECT pg_relation_size('huge')"),
            Is.LessThan(await Sql.ScalarAsync<long>(copy.Source, copy.Database, "SELECT pg_relation_size('huge')")));

        await copy.OnSourceAsync("INSERT INTO tick VALUES (2)");
        Assert.That((await copy.CopyAsync()).Summary, Does.StartWith("2 tables, 80003 rows, ").And.Contain("; in this try 2 rows, "));

        await copy.OnSourceAsync("UPDATE huge SET v = v || '!' WHERE id = 54321");
        Assert.That((await copy.CopyAsync()).Summary, Does.StartWith("2 tables, 80003 rows, ").And.Contain("; in this try 80001 rows, "));

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    [Test]
    public async Task A_fenced_source_is_not_compared_again()
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        copy.Mapping = copy.Mapping with { Fence = Fence.ReadOnly };
        await copy.OnSourceAsync(Rows);
        await copy.CopyAsync();
        await copy.OnSourceAsync("CREATE TABLE burns_a_transaction_id ()");
        await copy.OnTargetAsync("CREATE TABLE burns_a_transaction_id ()");

        Assert.That((await copy.CopyAsync()).Summary, Does.StartWith("4 tables, 100100 rows, ").And.Contain("; in this try 0 rows, "));
    }

    [Test]
    public async Task A_wish_to_stop_ends_the_copy_between_two_units()
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        await copy.OnSourceAsync(Rows);
        await copy.Stopping.CancelAsync();

        Assert.CatchAsync<OperationCanceledException>(() => copy.CopyAsync());
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM middle"), Is.Zero);
    }

    [Test]
    public async Task Cancelling_in_the_middle_of_a_table_rolls_it_back_without_hanging()
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        await copy.OnSourceAsync(Rows);
        await copy.OnSourceAsync("INSERT INTO other SELECT i, repeat('w', 200) || i FROM generate_series(1, 1000000) i;");
        using var cancel = new CancellationTokenSource();
        copy.Events.Then = published =>
        {
            if (published is StepProgressed { Progress.Activity: "public.other" })
            {
                cancel.Cancel();
            }
        };

        Assert.CatchAsync<OperationCanceledException>(() => copy.CopyAsync(cancel.Token).WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM other"), Is.Zero);
        copy.Events.Then = null;
        await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    [Test]
    public async Task Cancelling_while_the_target_waits_for_a_lock_and_reads_nothing_ends_both_sides()
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE other (id int, v text)");
        await copy.OnSourceAsync("INSERT INTO other SELECT i, repeat('w', 200) || i FROM generate_series(1, 500000) i");
        await using var locking = await Sql.OpenAsync(copy.Target, copy.Database);
        await Sql.RunAsync(locking, "BEGIN; LOCK TABLE other IN EXCLUSIVE MODE");
        using var cancel = new CancellationTokenSource();
        // Until then, what fits into the buffers on the way has been sent.
        copy.Events.Then = _ => cancel.CancelAfter(TimeSpan.FromSeconds(2));

        Assert.CatchAsync<OperationCanceledException>(() => copy.CopyAsync(cancel.Token).WaitAsync(TimeSpan.FromMinutes(2)));

        Assume.That(copy.Target.MajorVersion, Is.GreaterThanOrEqualTo(14), "older servers notice the end when they have the lock");
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await Sql.ScalarAsync<long>(locking, "SELECT count(*) FROM pg_locks WHERE relation = 'other'::regclass AND NOT granted") > 0)
        {
            await Task.Delay(100, deadline.Token);
        }
    }

    [Test]
    public async Task A_table_that_the_target_refuses_fails_the_step_for_good_with_the_servers_words()
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        await copy.OnSourceAsync(Rows);
        await copy.OnTargetAsync("ALTER TABLE other ADD CHECK (id <> 40000)");

        var failure = Assert.ThrowsAsync<StepFailedException>(() => copy.CopyAsync());
        Assert.That(failure!.FailureClass, Is.EqualTo(FailureClass.Permanent));
        Assert.That(failure.Message, Does.Contain("23514").And.Contain("other_id_check"));
    }

    [Test]
    public async Task A_missing_table_and_a_missing_column_are_named()
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        await copy.OnTargetAsync("ALTER TABLE small DROP COLUMN v");
        Assert.That(Assert.ThrowsAsync<StepFailedException>(() => copy.CopyAsync())!.Diagnostic.Code, Is.EqualTo("MP6102"));
        await copy.OnTargetAsync("DROP TABLE small");
        Assert.That(Assert.ThrowsAsync<StepFailedException>(() => copy.CopyAsync())!.Diagnostic.Code, Is.EqualTo("MP6101"));
    }
}
