using System.Collections.Concurrent;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections.Silence;
using MigrationPlans.PostgreSql.Inspection;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>Connections that stay open and forward nothing any more, each in the middle of something. What is silent because it works is waited for.</summary>
[NonParallelizable]
public sealed class DeadConnectionTests
{
    private const string Database = "dead_line";

    private DeafStage deaf = null!;

    [SetUp]
    public async Task FillAsync() => deaf = await DeafStage.CreateAsync(Database, """
        CREATE TABLE long (id int, text text); INSERT INTO long SELECT g, repeat('x', 200) FROM generate_series(1, 60000) g; CREATE INDEX long_id ON long (id);
        CREATE TABLE part (id int PRIMARY KEY); INSERT INTO part SELECT generate_series(1, 10); CREATE TABLE child (id int REFERENCES part); INSERT INTO child VALUES (1);
        """);

    [TearDown]
    public async Task DropAsync() => await deaf.DisposeAsync();

    [TestCase("rows from the source")]
    [TestCase("rows to the target")]
    [TestCase("CREATE INDEX")]
    [TestCase("BEGIN")]
    public async Task One_that_dies_in_a_copy_is_found_and_the_next_try_brings_everything(string when)
    {
        await deaf.RunUntilAsync("copy-data");
        switch (when)
        {
            case "rows from the source": deaf.Source.DeafenAfterReceived(4_000_000); break;
            case "rows to the target": deaf.Target.DeafenAfterSent(4_000_000); break;
            default: deaf.Target.DeafenWhenAsked(when); break;
        }

        Fails("copy-data", FailureClass.Transient, "MP6281");
        await GoOnAsync("copy-data");
    }

    /// <summary>Nobody reads over it, and it would hold back the source's vacuum for as long as the server thinks that we are there.</summary>
    [Test]
    public async Task The_session_that_holds_the_snapshot_is_ended_too()
    {
        await deaf.RunUntilAsync("copy-data");
        deaf.Source.DeafenAfterReceived(4_000_000);
        var running = deaf.Stage.RunAsync(DeafStage.StepOf("copy-data"));
        await deaf.Source.Deaf.Task.WaitAsync(DeafStage.Patience);
        deaf.Source.DeafenOpen();

        DeafStage.Fails("MP6281", FailureClass.Transient, running);
        const string Free = $"SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{Database}' AND state LIKE 'idle in transaction%')";
        await Sql.UntilAsync(TestServers.Source, "postgres", Free);
        await GoOnAsync("copy-data");
    }

    [TestCase("restore-schema", "CREATE TABLE")]
    [TestCase("restore-constraints", "VALIDATE")]
    [TestCase("create-database", "CREATE DATABASE")]
    [TestCase("verify", "md5")]
    public async Task So_is_one_that_dies_in_another_step(string step, string statement)
    {
        await deaf.RunUntilAsync(step);
        deaf.Target.DeafenWhenAsked(statement);

        Fails(step, FailureClass.Transient, "MP6281");
        await GoOnAsync(step);
    }

    /// <summary>The second is sent by pg_dump.</summary>
    [TestCase("pg_export_snapshot")]
    [TestCase("IN ACCESS SHARE MODE")]
    public async Task One_that_dies_in_what_a_step_has_begun_for_a_later_one_is_found_by_that(string statement)
    {
        await deaf.RunUntilAsync("create-database");
        deaf.Source.DeafenWhenAsked(statement);
        await deaf.Stage.RunAsync(DeafStage.StepOf("create-database"));

        Fails("restore-schema", FailureClass.Transient, "MP6281");
        await GoOnAsync("restore-schema");
    }

    [Test]
    public async Task A_stop_reaches_who_waits_for_what_an_earlier_step_has_begun()
    {
        await using var patient = new Stage(Database, sourcePort: deaf.Source.Port, targetPort: deaf.Target.Port);
        foreach (var step in Stage.Steps().TakeWhile(step => step.Id != "restore-schema"))
        {
            if (step.Id == "create-database")
            {
                deaf.Source.DeafenWhenAsked("pg_export_snapshot");
            }

            await patient.RunAsync(step);
        }

        using var stop = new CancellationTokenSource();
        var running = patient.RunAsync(DeafStage.StepOf("restore-schema"), stop.Token);
        await stop.CancelAsync();

        Assert.That(async () => await running.WaitAsync(DeafStage.Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task One_that_dies_while_the_source_is_looked_at_is_told()
    {
        var told = new ConcurrentQueue<LongWait>();
        deaf.Stage.Connector.TellWait = told.Enqueue;
        deaf.Source.DeafenWhenAsked("pg_catalog.pg_extension");

        var facts = await new PostgresInspector(deaf.Stage.Connector).InspectAsync(deaf.Stage.Manifest, CancellationToken.None);

        Assert.That(facts.Diagnostics.Select(found => found.Code), Does.Contain("MP6281"));
        Assert.That(told.Select(wait => wait.Connection), Has.Some.StartsWith($"s/{Database} (session "));
    }

    [Test]
    public async Task A_server_that_cannot_be_asked_either_counts_as_unavailable()
    {
        await deaf.RunUntilAsync("copy-data");
        deaf.Source.DeafenAfterReceived(4_000_000);
        _ = deaf.Source.Deaf.Task.ContinueWith(_ => deaf.Source.Refuse(), TaskScheduler.Default);

        Fails("copy-data", FailureClass.Unavailable, "MP3003");
    }

    [Test]
    public async Task A_stop_of_a_copy_does_not_wait_for_a_server_that_nothing_comes_from()
    {
        await deaf.RunUntilAsync("copy-data");
        deaf.Source.DeafenAfterReceived(4_000_000);
        await StopsAsync("copy-data");
    }

    [Test]
    public async Task So_does_a_stop_of_a_comparison()
    {
        await deaf.RunUntilAsync("verify");
        deaf.Source.DeafenWhenAsked("md5");
        await StopsAsync("verify");
    }

    [Test]
    public async Task A_statement_that_is_at_work_or_waits_for_a_lock_is_waited_for_and_told_of()
    {
        await deaf.RunUntilAsync("copy-data");
        await using var other = await Sql.OpenAsync(TestServers.Target, Database);
        await Sql.RunAsync(other, "BEGIN; LOCK TABLE long");
        deaf.Stage.Events.Then = happened =>
        {
            if (happened is StepWaits { Wait: var wait } && wait.ToString().Contains("Lock relation", StringComparison.Ordinal))
            {
                _ = Sql.RunAsync(other, "COMMIT");
                deaf.Stage.Events.Then = null;
            }
        };

        await deaf.Stage.RunAsync(DeafStage.StepOf("copy-data"));

        // On a busy machine a look may find other sessions at work before.
        var waits = deaf.Stage.Events.All.OfType<StepWaits>().Select(waits => waits.Wait.ToString());
        Assert.That(waits, Has.Some.Contains($"t/{Database}").And.Contains($"lets it wait (Lock relation) for session {other.ProcessID}"));
    }

    [Test]
    public async Task Of_an_index_that_is_built_for_long_is_told_how_far_it_is()
    {
        await Sql.RunAsync(TestServers.Source, Database, """
            CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN IF $1 = 59000 THEN PERFORM pg_catalog.pg_sleep(2); END IF; RETURN $1; END'; CREATE INDEX long_slow ON long (slow(id))
            """);
        await deaf.RunUntilAsync("copy-data");

        await deaf.Stage.RunAsync(DeafStage.StepOf("copy-data"));

        var findings = deaf.Stage.Events.All.OfType<StepWaits>().Select(waits => waits.Wait.Finding).ToList();
        Assert.That(
            findings,
            Has.Some.Match(@"^is at work \(create index on public\.long, building index: scanning table, \d\d %\)$"),
            string.Join('\n', findings));
    }

    /// <summary>When the source is deaf. What nobody stops has all the time.</summary>
    private async Task StopsAsync(string kind)
    {
        var limits = new SilenceLimits { Stopping = TimeSpan.FromMilliseconds(500), Unwinding = TimeSpan.FromHours(1) };
        await using var patient = new Stage(Database, sourcePort: deaf.Source.Port, targetPort: deaf.Target.Port, silence: limits);
        using var stop = new CancellationTokenSource();
        var running = patient.RunAsync(DeafStage.StepOf(kind), stop.Token);
        await Task.WhenAny(deaf.Source.Deaf.Task, running).WaitAsync(DeafStage.Patience);
        deaf.Source.DeafenAll();

        await stop.CancelAsync();

        Assert.That(async () => await running.WaitAsync(DeafStage.Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    private void Fails(string kind, FailureClass failureClass, string code) => DeafStage.Fails(code, failureClass, deaf.Stage.RunAsync(DeafStage.StepOf(kind)));

    /// <summary>The last step compares both sides by hashes of all rows.</summary>
    private async Task GoOnAsync(string kind)
    {
        foreach (var step in Stage.Steps().SkipWhile(step => step.Id != kind).Where(step => step is not CreateDatabaseStep || kind == step.Id))
        {
            if (!(await deaf.Stage.ObserveAsync(step)).IsDone)
            {
                await deaf.Stage.RunAsync(step);
            }
        }

        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, Database, "SELECT count(*) FROM long"), Is.EqualTo(60000));
    }
}
