using MigrationPlans.Execution;
using MigrationPlans.IntegrationTests.Archives;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>Connections of pg_dump and pg_restore that stay open and forward nothing any more, and programs that stand still.</summary>
[NonParallelizable]
public sealed class DeadToolTests
{
    private const string Database = "dead_tool";

    private const string OfPrograms = $"datname = '{Database}' AND application_name LIKE 'migplan-archive/%'";

    private static readonly DumpArchiveStep Dump = new() { Id = "dump-archive", Database = "t" };
    private static readonly RestoreArchiveStep Restore = new() { Id = "restore-archive", Database = "t" };

    private string directory = null!;
    private DeafStage deaf = null!;

    [SetUp]
    public async Task FillAsync()
    {
        directory = Directory.CreateTempSubdirectory("migplan-dead-tool-").FullName;
        deaf = await DeafStage.CreateAsync(
            Database,
            """
            CREATE TABLE long (id int, text text); INSERT INTO long SELECT g, md5(g::text) || md5(g::text || 'x') FROM generate_series(1, 200000) g; CREATE TABLE other AS TABLE long;
            CREATE FUNCTION waits(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(42); RETURN $1; END';
            CREATE TABLE held (id int, waited int GENERATED ALWAYS AS (waits(id)) STORED); INSERT INTO held VALUES (1)
            """,
            adapt: mapping => mapping with { Strategy = Strategy.Archive, Archive = mapping.Archive with { Directory = directory } });
    }

    [TearDown]
    public async Task DropAsync()
    {
        await deaf.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task A_dump_whose_connection_dies_is_ended_and_the_next_try_brings_everything()
    {
        await deaf.RunUntilAsync("restore-schema");
        deaf.Source.DeafenAfterReceived(4_000_000);

        Fails(Dump);
        Assert.That(await SessionsAsync(TestServers.Source), Is.Zero);
        await GoOnAsync(Dump, Restore);
    }

    [Test]
    public async Task So_is_a_restore()
    {
        await deaf.RunUntilAsync("restore-schema");
        await deaf.Stage.RunAsync(Dump);
        deaf.Target.DeafenAfterSent(4_000_000);

        Fails(Restore);
        Assert.That(await SessionsAsync(TestServers.Target), Is.Zero);
        await GoOnAsync(Restore);
    }

    [Test]
    public async Task So_is_a_program_that_somebody_has_stopped()
    {
        await deaf.RunUntilAsync("restore-schema");
        // So that it is met in the middle.
        deaf.Source.Pause = TimeSpan.FromMilliseconds(50);
        var running = deaf.Stage.RunAsync(Dump);
        await Sql.UntilAsync(TestServers.Source, "postgres", $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {OfPrograms} AND query LIKE 'COPY%')");
        var programs = await ArchiveFixture.StopDumpsAsync(directory);
        deaf.Source.Pause = TimeSpan.Zero;
        DeafStage.Fails("MP6281", FailureClass.Transient, running);

        Assert.That(programs, Is.Not.Empty);
        Assert.That(() => ArchiveFixture.Processes().Where(process => programs.Contains(process.Id)), Is.Empty.After(60_000, 50));
        await GoOnAsync(Dump, Restore);
    }

    /// <summary>Longer than it would take to find it dead, the server waits for one that takes its rows slowly.</summary>
    [Test]
    public async Task One_that_is_slow_is_left_alone()
    {
        await deaf.RunUntilAsync("restore-schema");
        deaf.Source.Pause = TimeSpan.FromMilliseconds(50);
        var running = deaf.Stage.RunAsync(Dump);
        await Sql.UntilAsync(
            TestServers.Source,
            "postgres",
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {OfPrograms} AND query LIKE 'COPY%' AND query_start < now() - interval '2 s')");

        deaf.Source.Pause = TimeSpan.Zero;
        await running;
        await GoOnAsync(Restore);
    }

    [Test]
    public async Task One_that_waits_for_a_lock_is_waited_for_and_told_of()
    {
        await deaf.RunUntilAsync("restore-schema");
        await deaf.Stage.RunAsync(Dump);
        await using var other = await Sql.OpenAsync(TestServers.Target, Database);
        await Sql.RunAsync(other, "SELECT pg_advisory_lock(42)");
        deaf.Stage.Events.Then = happened =>
        {
            if (happened is StepWaits { Wait: var wait }
                && wait.Connection.Contains("migplan-archive/", StringComparison.Ordinal)
                && wait.Finding.Contains("Lock advisory", StringComparison.Ordinal))
            {
                deaf.Stage.Events.Then = null;
                _ = Sql.RunAsync(other, "SELECT pg_advisory_unlock(42)");
            }
        };

        await GoOnAsync(Restore);

        Assert.That(
            deaf.Stage.Events.All.OfType<StepWaits>().Select(waits => waits.Wait.Finding),
            Has.Some.EqualTo($"lets it wait (Lock advisory) for session {other.ProcessID}"));
    }

    private void Fails(Step step) => DeafStage.Fails("MP6281", FailureClass.Transient, deaf.Stage.RunAsync(step));

    private async Task GoOnAsync(params Step[] steps)
    {
        foreach (var step in steps)
        {
            await deaf.Stage.RunAsync(step);
        }

        await AssertCountsAsync();
    }

    private static async Task AssertCountsAsync() =>
        Assert.That(
            await Sql.ScalarAsync<long>(TestServers.Target, Database, "SELECT (SELECT count(*) FROM long) + (SELECT count(*) FROM other)"),
            Is.EqualTo(400000));

    private static Task<long> SessionsAsync(LocalCluster server) =>
        Sql.ScalarAsync<long>(server, "postgres", $"SELECT count(*) FROM pg_stat_activity WHERE {OfPrograms}");
}
