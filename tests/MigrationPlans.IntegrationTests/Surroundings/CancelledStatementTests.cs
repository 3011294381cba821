using MigrationPlans.Execution;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>Somebody calls pg_cancel_backend on a session of the run: it is told what was cancelled, and the next try goes on.</summary>
[NonParallelizable]
public sealed class CancelledStatementTests
{
    private const string Database = "surr_cancelled";

    private const string Slow =
        "CREATE OR REPLACE FUNCTION slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep({0}); RETURN i; END $$;";

    private Stage stage = null!;

    [SetUp]
    public async Task FillAsync()
    {
        await DropBothAsync();
        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE {Database}");
        await Sql.RunAsync(TestServers.Source, Database, $"""
            {Sleeping(0)} CREATE TABLE item (id int PRIMARY KEY, parent int REFERENCES item); INSERT INTO item SELECT g, 1 FROM generate_series(1, 100) g; CREATE INDEX item_slow ON item (slow(id));
            """);
        stage = new Stage(Database);
    }

    [TearDown]
    public async Task DropAsync()
    {
        await stage.DisposeAsync();
        await DropBothAsync();
    }

    [Test]
    public async Task An_index_build_is_named_and_tried_again()
    {
        await RunUntilAsync("copy-data");
        await Sql.RunAsync(TestServers.Target, Database, Sleeping(10));

        await CancelAsync("copy-data", "query LIKE '%item_slow%' AND wait_event = 'PgSleep'", "INDEX public.item_slow");

        await Sql.RunAsync(TestServers.Target, Database, Sleeping(0));
        await GoOnAsync("copy-data");
    }

    [Test]
    public async Task So_is_an_object_that_waits_for_a_lock()
    {
        await RunUntilAsync("restore-constraints");
        await using var other = await Sql.OpenAsync(TestServers.Target, Database);
        await Sql.RunAsync(other, "BEGIN; LOCK TABLE item");

        await CancelAsync("restore-constraints", "wait_event_type = 'Lock'", "FK CONSTRAINT public.item item_parent_fkey");

        await Sql.RunAsync(other, "COMMIT");
        await GoOnAsync("restore-constraints");
    }

    private static string Sleeping(int seconds) => Slow.Replace("{0}", $"{seconds}", StringComparison.Ordinal);

    private static async Task DropBothAsync()
    {
        await Sql.DropDatabaseAsync(TestServers.Source, Database);
        await Sql.DropDatabaseAsync(TestServers.Target, Database);
    }

    private static Step StepOf(string kind) => Stage.Steps().Single(step => step.Id == kind);

    private async Task RunUntilAsync(string kind)
    {
        foreach (var step in Stage.Steps().TakeWhile(step => step.Id != kind))
        {
            await stage.RunAsync(step);
        }
    }

    private async Task GoOnAsync(string kind)
    {
        foreach (var step in Stage.Steps().SkipWhile(step => step.Id != kind))
        {
            await stage.RunAsync(step);
        }
    }

    private async Task CancelAsync(string kind, string which, string named)
    {
        var running = stage.RunAsync(StepOf(kind));
        var looks = 0;
        while (!await Sql.ScalarAsync<bool>(
            TestServers.Target,
            "postgres",
            $"SELECT COALESCE(bool_or(pg_cancel_backend(pid)), false) FROM pg_stat_activity WHERE datname = '{Database}' AND application_name = 'migplan' AND {which}"))
        {
            Assert.That(running.IsCompleted, Is.False);
            Assert.That(looks++, Is.LessThan(1000), "nothing to cancel");
            await Task.Delay(10);
        }

        var failure = Assert.ThrowsAsync<StepFailedException>(() => running)!;
        Assert.That((failure.Diagnostic.Code, failure.FailureClass), Is.EqualTo(("MP6282", FailureClass.Transient)), failure.ToString());
        Assert.That(failure.Diagnostic.Message, Does.Contain(named));
    }
}
