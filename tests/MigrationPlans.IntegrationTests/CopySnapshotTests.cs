using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Tables that somebody changes after the moment that is copied.</summary>
public sealed class CopySnapshotTests
{
    private const string Schema = "CREATE TABLE first (id int, v text); CREATE TABLE second (id int, v text)";

    private const string Rows =
        """
        INSERT INTO first SELECT i, repeat('v', 200) || i FROM generate_series(1, 200000) i;
        INSERT INTO second SELECT i, repeat('w', 100) || i FROM generate_series(1, 20000) i;
        CREATE INDEX second_v ON second (v);
        """;

    private const string EndHolders =
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'second'::regclass AND mode = 'AccessShareLock' AND granted AND pid <> pg_backend_pid();";

    [TestCase("TRUNCATE second")]
    [TestCase("ALTER TABLE second RENAME TO old; CREATE TABLE second (LIKE old INCLUDING ALL)")]
    [TestCase("DROP TABLE second")]
    [TestCase("ALTER TABLE second RENAME TO old; CREATE INDEX second ON old (id)")]
    public async Task A_table_that_is_another_one_when_it_is_to_be_held_is_not_copied(string change)
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        await copy.OnSourceAsync(Rows);
        copy.AfterSnapshot = change;

        FailsAsRewritten(copy);

        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM migplan_ledger.chunk"), Is.Zero);
    }

    [Test]
    public async Task So_is_one_whose_schema_is_gone()
    {
        await using var copy = await CopyHarness.CreateAsync($"{Schema}; CREATE SCHEMA apart; CREATE TABLE apart.third (id int)");
        copy.AfterSnapshot = "DROP SCHEMA apart CASCADE";

        FailsAsRewritten(copy);
    }

    [Test]
    public async Task A_table_that_is_not_picked_may_be_dropped()
    {
        await using var copy = await CopyHarness.CreateAsync(
            $"{Schema}; CREATE SCHEMA apart; CREATE TABLE apart.third (id int) PARTITION BY HASH (id); CREATE TABLE apart.leaf PARTITION OF apart.third FOR VALUES WITH (MODULUS 1, REMAINDER 0)");
        await copy.OnSourceAsync(Rows);
        copy.Mapping = copy.Mapping with { Include = new Selection { Schemas = ["public"] } };
        copy.AfterSnapshot = "DROP SCHEMA apart CASCADE";

        Assert.That((await copy.CopyAsync()).Summary, Does.StartWith("2 tables, 220000 rows"));
    }

    /// <summary>As who needs the table does where the copy stands in the way, and as a standby does by itself.</summary>
    [TestCase("ALTER TABLE second ALTER id TYPE bigint", Fence.None)]
    [TestCase("TRUNCATE second; INSERT INTO second VALUES (1, 'new')", Fence.None)]
    [TestCase("DROP TABLE second; CREATE TABLE second (id int, v text)", Fence.None)]
    [TestCase("CLUSTER second USING second_v", Fence.ReadOnly)]
    public async Task A_table_that_is_changed_after_its_holder_was_ended_is_copied_anew(string change, Fence fence)
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        await copy.OnSourceAsync(Rows);
        if (fence == Fence.ReadOnly)
        {
            copy.Mapping = copy.Mapping with { Fence = fence };
            await copy.OnSourceAsync($"ALTER DATABASE {copy.Database} SET default_transaction_read_only = on");
        }

        // The second table is not begun before the first is done.
        copy.Parallelism = 1;
        var changing = new Lazy<Task>(() => Sql.RunAsync(copy.Source, copy.Database, $"{EndHolders} {change}"));
        copy.Events.Then = published =>
        {
            if (published is StepProgressed { Progress.Activity: "public.first" })
            {
                changing.Value.Wait();
            }
        };

        FailsAsRewritten(copy);

        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM second"), Is.Zero);
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM migplan_ledger.chunk WHERE table_name = 'second'"), Is.Zero);
        copy.Events.Then = null;
        await copy.CopyAsync();
        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    [Test]
    public async Task Who_ends_the_holder_and_changes_nothing_does_no_harm()
    {
        await using var copy = await CopyHarness.CreateAsync(Schema);
        await copy.OnSourceAsync(Rows);
        copy.Parallelism = 1;
        var ending = new Lazy<Task>(() => copy.OnSourceAsync(EndHolders));
        copy.Events.Then = _ => ending.Value.Wait();

        await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    private static void FailsAsRewritten(CopyHarness copy)
    {
        var failure = Assert.ThrowsAsync<StepFailedException>(() => copy.CopyAsync());
        copy.AfterSnapshot = null;
        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6103"), failure.ToString());
        Assert.That(failure.FailureClass, Is.EqualTo(FailureClass.Transient));
    }
}
