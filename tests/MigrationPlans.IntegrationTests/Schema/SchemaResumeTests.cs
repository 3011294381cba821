using System.Diagnostics;
using MigrationPlans.Execution;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Schema;

public sealed class SchemaResumeTests
{
    private static readonly string[] Roles = ["schema_owner", "role \"with; quotes"];

    [Test]
    public async Task Two_thousand_tables_are_restored_within_seconds()
    {
        await SchemaText.PrepareAsync("schema_many");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_many",
            """
            DO $$ BEGIN FOR i IN 1..2000 LOOP
              EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, parent int%s, note text DEFAULT ''x'')', i, CASE WHEN i > 1 THEN format(' REFERENCES t%s', i - 1) ELSE '' END);
            END LOOP; END $$
            """);
        await using var migration = new SchemaMigration("schema_many");
        var watch = Stopwatch.StartNew();
        await migration.ReadAsync();
        var read = watch.Elapsed;

        await migration.RunAsync();

        TestContext.Out.WriteLine($"read {read.TotalSeconds:F1} s, all {watch.Elapsed.TotalSeconds:F1} s");
        Assert.That(
            await Sql.ScalarAsync<long>(TestServers.Target, "schema_many", "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"),
            Is.EqualTo(1999));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
    }

    /// <summary>They are made by several sessions, which are killed again and again: tables, serials, identities, children, partitions, comments.</summary>
    [Test]
    public async Task Families_of_tables_are_made_at_the_same_time_and_resumed()
    {
        await SchemaText.PrepareAsync("schema_families");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_families",
            """
            CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE parent (id serial, m mood DEFAULT 'a'); CREATE TABLE parted (id int, k int) PARTITION BY LIST (k);
            DO $$ BEGIN FOR i IN 1..200 LOOP
              EXECUTE format('CREATE TABLE s%1$s (id serial PRIMARY KEY, m mood DEFAULT ''b'', of_parent parent); COMMENT ON TABLE s%1$s IS ''table %1$s''', i);
              EXECUTE format('CREATE TABLE c%1$s (own bigint GENERATED ALWAYS AS IDENTITY) INHERITS (parent)', i);
              EXECUTE format('CREATE TABLE p%1$s PARTITION OF parted FOR VALUES IN (%1$s)', i);
            END LOOP; END $$;
            CREATE VIEW amidst AS SELECT s.id FROM s1 s JOIN parent p USING (id);
            """);

        await RunKilledAsync("schema_families");

        Assert.That(
            await SchemaText.OfAsync(TestServers.Target, "schema_families"),
            Is.EqualTo(await SchemaText.OfAsync(TestServers.Source, "schema_families")));
    }

    [Test]
    public async Task A_run_whose_connection_is_killed_again_and_again_ends_like_an_undisturbed_one()
    {
        await SchemaText.PrepareAsync("schema_killed", Roles);
        await SchemaFiles.LoadAsync("rich-schema.sql", "schema_killed");
        var failures = await RunKilledAsync("schema_killed");

        Assert.That(failures, Is.GreaterThan(0));
        // It sleeps until a run has ended, which is a later step.
        await Sql.RunAsync(TestServers.Target, "schema_killed", "ALTER EVENT TRIGGER watch ENABLE");
        Assert.That(await SchemaText.OfAsync(TestServers.Target, "schema_killed"), Is.EqualTo(await SchemaText.OfAsync(TestServers.Source, "schema_killed")));
    }

    /// <summary>No dump has these.</summary>
    [Test]
    public async Task A_run_that_ended_before_multirange_types_had_their_owners_has_that_left_to_do()
    {
        await SchemaText.PrepareAsync("schema_ranges");
        await Sql.RunAsync(TestServers.Source, "schema_ranges", "CREATE TYPE span AS RANGE (subtype = int)");
        await using var migration = new SchemaMigration("schema_ranges");
        await migration.RunSchemaAsync();
        Assert.That((await ObserveAsync()).IsDone, Is.True);

        await Sql.RunAsync(TestServers.Target, "schema_ranges", "DELETE FROM migplan_ledger.entry WHERE digest = 'multirange-types'");

        Assert.That((await ObserveAsync()).IsDone, Is.False);
        await migration.RunSchemaAsync();
        Assert.That((await ObserveAsync()).IsDone, Is.True);

        Task<StepObservation> ObserveAsync() => migration.RestoreSchema.ObserveAsync(migration.SchemaStep, migration.Context, CancellationToken.None);
    }

    [Test]
    public async Task A_constraint_whose_index_is_there_already_is_made_of_it()
    {
        await SchemaText.PrepareAsync("schema_half");
        await Sql.RunAsync(
            TestServers.Source,
            "schema_half",
            "CREATE TABLE big (id int CONSTRAINT big_pkey PRIMARY KEY, n int); CREATE INDEX big_n ON big (n); ALTER TABLE big CLUSTER ON big_n");
        await using var migration = new SchemaMigration("schema_half");
        await migration.RunSchemaAsync();
        await Sql.RunAsync(TestServers.Target, "schema_half", "CREATE UNIQUE INDEX big_pkey ON big (id); CREATE INDEX big_n ON big (n)");
        foreach (var entry in (await migration.ReadAsync()).Entries.Where(entry => entry.Kind is "CONSTRAINT" or "INDEX"))
        {
            await Sql.RunAsync(TestServers.Target, "schema_half", $"INSERT INTO migplan_ledger.entry VALUES ('{entry.Digest}:index')");
        }

        await migration.RunConstraintsAsync();

        Assert.That(await SchemaText.OfAsync(TestServers.Target, "schema_half"), Is.EqualTo(await SchemaText.OfAsync(TestServers.Source, "schema_half")));
    }

    [Test]
    public async Task An_object_that_the_target_refuses_is_named_and_nothing_of_its_batch_stays()
    {
        await SchemaText.PrepareAsync("schema_clash");
        await Sql.RunAsync(TestServers.Source, "schema_clash", "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int)");
        await Sql.RunAsync(TestServers.Target, "schema_clash", "CREATE TABLE b (other text)");
        await using var migration = new SchemaMigration("schema_clash");

        var failure = Assert.ThrowsAsync<StepFailedException>(migration.RunSchemaAsync);

        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6272"));
        Assert.That(
            failure.Diagnostic.Message,
            Is.EqualTo("TABLE public.b is to be created in t/schema_clash, where one of its name is already: relation \"b\" already exists (SQLSTATE 42P07)"));
        Assert.That(failure.FailureClass, Is.EqualTo(FailureClass.Permanent), "nobody of ours made it");
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "schema_clash", "SELECT to_regclass('a') IS NULL"), Is.True);

        await Sql.RunAsync(TestServers.Target, "schema_clash", "DROP TABLE b");
        await migration.RunAsync();
        Assert.That(await SchemaText.OfAsync(TestServers.Target, "schema_clash"), Is.EqualTo(await SchemaText.OfAsync(TestServers.Source, "schema_clash")));
    }

    [Test]
    public async Task Another_plans_ledger_is_refused()
    {
        await SchemaText.PrepareAsync("schema_foreign");
        await using var connection = await Sql.OpenAsync(TestServers.Target, "schema_foreign");
        await PostgreSql.Ledger.TargetLedger.EnsureAsync(connection, "someone-else", "", CancellationToken.None);
        await using var migration = new SchemaMigration("schema_foreign");

        var failure = Assert.ThrowsAsync<StepFailedException>(migration.RunSchemaAsync);

        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6206"));
    }

    [Test]
    public async Task A_run_with_another_state_is_kept_out_until_the_step_of_the_first_has_ended()
    {
        await SchemaText.PrepareAsync("schema_claimed");
        await Sql.RunAsync(TestServers.Source, "schema_claimed", "CREATE TABLE a (id int)");
        await using var connection = await Sql.OpenAsync(TestServers.Target, "schema_claimed");
        await using var migration = new SchemaMigration("schema_claimed");
        await using (await PostgreSql.Ledger.TargetClaim.TakeAsync(connection, "another state", "t", CancellationToken.None))
        {
            var failure = Assert.ThrowsAsync<StepFailedException>(migration.RunSchemaAsync);
            Assert.That((failure!.Diagnostic.Code, failure.FailureClass), Is.EqualTo(("MP6112", FailureClass.Transient)));
        }

        await using (await PostgreSql.Ledger.TargetClaim.TakeAsync(connection, migration.Context.Lineage, "t", CancellationToken.None))
        {
            Assert.That(migration.RunSchemaAsync, Throws.Nothing, "a killed run of the same state");
        }
    }

    [Test]
    public async Task A_stop_is_heeded_between_two_transactions()
    {
        await SchemaText.PrepareAsync("schema_stopped");
        await Sql.RunAsync(TestServers.Source, "schema_stopped", "CREATE TABLE a (id int)");
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();
        await using var migration = new SchemaMigration("schema_stopped", stopping: stopping.Token);

        Assert.That(migration.RunSchemaAsync, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Digests_are_the_same_in_a_copy_of_the_database_with_other_oids()
    {
        await SchemaText.PrepareAsync("schema_digest_a", Roles);
        await SchemaText.PrepareAsync("schema_digest_b", Roles);
        await SchemaFiles.LoadAsync("rich-schema.sql", "schema_digest_a");
        await SchemaFiles.LoadAsync("rich-schema.sql", "schema_digest_b");
        await using var a = new SchemaMigration("schema_digest_a");
        await using var b = new SchemaMigration("schema_digest_b");
        Assert.That((await a.ReadAsync()).Entries.Select(entry => entry.Digest), Is.EquivalentTo((await b.ReadAsync()).Entries.Select(entry => entry.Digest)));
    }

    [Test]
    public async Task Foreign_keys_end_as_valid_as_on_the_source()
    {
        await SchemaText.PrepareAsync("schema_keys");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_keys",
            """
            CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE pp (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE pp1 PARTITION OF pp FOR VALUES FROM (0) TO (9);
            CREATE TABLE c (a int REFERENCES p, b int REFERENCES p, x int REFERENCES pp, self int);
            ALTER TABLE c ADD CONSTRAINT late FOREIGN KEY (self) REFERENCES p NOT VALID;
            CREATE TABLE cp (a int REFERENCES p) PARTITION BY RANGE (a); CREATE TABLE cp1 PARTITION OF cp DEFAULT;
            """);
        await using var migration = new SchemaMigration("schema_keys");

        await migration.RunAsync();

        const string Valid = "SELECT string_agg(conrelid::regclass || ' ' || conname || ' ' || convalidated, ', ' ORDER BY conrelid::regclass::text, conname) FROM pg_constraint WHERE contype = 'f'";
        var target = await Sql.ScalarAsync<string>(TestServers.Target, "schema_keys", Valid);
        Assert.That(target, Is.EqualTo(await Sql.ScalarAsync<string>(TestServers.Source, "schema_keys", Valid)));
        Assert.That(target, Does.Contain("late false").And.Contain("c_x_fkey true"));
    }

    /// <summary>A table that was made after its parent's check was added has it validated, though the parent has not.</summary>
    [Test]
    public async Task Inherited_checks_end_as_valid_as_on_the_source()
    {
        await SchemaText.PrepareAsync("schema_checks");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_checks",
            """
            CREATE TABLE parent (a int); CREATE TABLE before () INHERITS (parent); INSERT INTO before VALUES (-1); ALTER TABLE parent ADD CONSTRAINT late CHECK (a > 0) NOT VALID;
            CREATE TABLE "After ""it" () INHERITS (parent); CREATE TABLE below () INHERITS ("After ""it"); CREATE TABLE root (a int) PARTITION BY LIST (a);
            ALTER TABLE root ADD CONSTRAINT late CHECK (a > 0) NOT VALID; CREATE TABLE part PARTITION OF root DEFAULT
            """);
        await using var migration = new SchemaMigration("schema_checks");

        await migration.RunAsync();

        const string Valid = "SELECT string_agg(conrelid::regclass || ' ' || convalidated, ', ' ORDER BY conrelid::regclass::text COLLATE \"C\") FROM pg_constraint WHERE contype = 'c' AND conname = 'late'";
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, "schema_checks", Valid),
            Is.EqualTo("\"After \"\"it\" true, before false, below true, parent false, part true, root false"));
    }

    /// <summary>The rows came with the copy's snapshot; the source was rid of them, and validated the check, afterwards.</summary>
    [Test]
    public async Task A_check_that_copied_rows_break_stays_as_it_is_and_is_told()
    {
        await SchemaText.PrepareAsync("schema_broken");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_broken",
            "CREATE TABLE parent (a int); ALTER TABLE parent ADD CONSTRAINT late CHECK (a > 0) NOT VALID; CREATE TABLE child () INHERITS (parent)");
        await using var migration = new SchemaMigration("schema_broken");
        await migration.RunSchemaAsync();
        await Sql.RunAsync(TestServers.Target, "schema_broken", "INSERT INTO child VALUES (-1)");

        var result = await migration.RunConstraintsAsync();

        const string Valid = "SELECT convalidated FROM pg_constraint WHERE conrelid = 'child'::regclass AND conname = 'late'";
        Assert.That(result.Notes.Select(note => note.Code), Is.EqualTo(new[] { "MP6215" }));
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "schema_broken", Valid), Is.False);
        await Sql.RunAsync(TestServers.Target, "schema_broken", "DELETE FROM child");
        Assert.That((await migration.RunConstraintsAsync()).Notes, Is.Empty);
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "schema_broken", Valid), Is.True);
    }

    /// <summary>Runs until it goes through; its sessions are killed until it failed six times.</summary>
    private static async Task<int> RunKilledAsync(string database)
    {
        using var done = new CancellationTokenSource();
        var killer = KillAsync(database, done.Token);
        var failures = 0;
        for (var isDone = false; !isDone;)
        {
            await using var migration = new SchemaMigration(database);
            try
            {
                await migration.RunAsync();
                isDone = true;
            }
            catch (StepFailedException failure) when (failure.FailureClass is FailureClass.Transient or FailureClass.Unavailable && failures++ < 200)
            {
                if (failures == 6)
                {
                    await done.CancelAsync();
                }
            }
        }

        await done.CancelAsync();
        await killer;
        return failures;
    }

    private static async Task KillAsync(string database, CancellationToken until)
    {
        await using var connection = await Sql.OpenAsync(TestServers.Target, "postgres");
        while (!until.IsCancellationRequested)
        {
            await Sql.RunAsync(connection, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND state = 'active'");
            await Task.Delay(2, CancellationToken.None);
        }
    }
}
