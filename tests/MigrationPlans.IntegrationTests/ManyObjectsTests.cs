using System.Diagnostics;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// A server has room for so many locks in all: nothing of a run may need more of them the more objects a database has,
/// beyond what pg_dump does.
/// </summary>
[NonParallelizable]
public sealed class ManyObjectsTests
{
    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => servers = await OwnServers.StartAsync("max_connections = 30", "max_locks_per_transaction = 10");

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [Test]
    public async Task More_sequences_than_a_transaction_can_lock_are_set_and_compared()
    {
        await CreateAsync("sequences", "CREATE SCHEMA s");
        for (var some = 0; some < 30; some++)
        {
            await Sql.RunAsync(
                servers.Source,
                "sequences",
                $"DO $$ BEGIN FOR i IN 1..100 LOOP EXECUTE format('CREATE SEQUENCE s.s%s START %s', {some} * 100 + i, i); END LOOP; END $$");
        }

        var apply = await ApplyAsync("sequences", "counts");
        await Sql.RunAsync(servers.Target, "sequences", "SELECT setval('s.s77', 5)");
        var verify = await servers.RunAsync("verify", servers.WriteManifest("sequences", "{ from: source/sequences, to: target/sequences }"));

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("s.s77").And.Not.Contain("s.s78"));
    }

    [Test]
    public async Task Rows_of_more_partitions_than_a_transaction_can_lock_are_compared()
    {
        await CreateAsync("partitions", "CREATE SCHEMA s");
        for (var table = 0; table < 16; table++)
        {
            await Sql.RunAsync(servers.Source, "partitions", $"""
                CREATE TABLE s.t{table} (id int PRIMARY KEY, a int, b int, c text) PARTITION BY HASH (id); CREATE INDEX ON s.t{table} (a); CREATE INDEX ON s.t{table} (b);
                DO $$ BEGIN FOR i IN 0..15 LOOP EXECUTE format('CREATE TABLE s.t{table}_%s PARTITION OF s.t{table} FOR VALUES WITH (MODULUS 16, REMAINDER %s)', i, i); END LOOP; END $$;
                INSERT INTO s.t{table} SELECT i, i, i, 'x' FROM generate_series(1, 50) i
                """);
        }

        var apply = await ApplyAsync("partitions", "checksums");
        await Sql.RunAsync(servers.Target, "partitions", "UPDATE s.t7 SET c = 'y' WHERE id = 31");
        var verify = await servers.RunAsync(
            "verify",
            servers.WriteManifest("partitions", "{ from: source/partitions, to: target/partitions, verify: checksums }"));

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Error, Does.Not.Contain("will be tried again"));
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("s.t7").And.Contain("31").And.Not.Contain("s.t8"));
    }

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task A_dump_that_the_source_has_no_room_for_is_refused_before_anything_is_made(string strategy)
    {
        var database = $"tables_{strategy}";
        await CreateAsync(database, "CREATE SCHEMA s");
        for (var some = 0; some < 20; some++)
        {
            await Sql.RunAsync(
                servers.Source,
                database,
                $"DO $$ BEGIN FOR i IN 1..100 LOOP EXECUTE format('CREATE TABLE s.t%s ()', {some} * 100 + i); END LOOP; END $$");
        }

        var apply = await servers.RunAsync(
            "apply",
            servers.WriteManifest($"locks-{strategy}", $"{{ from: source/{database}, to: target/{database}, strategy: {strategy} }}"),
            "--auto-approve");

        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        Assert.That(
            apply.Error,
            Does.Contain("MP6291")
                .And.Contain("has 2000 tables")
                .And.Contain("max_locks_per_transaction to 134 or more")
                .And.Not.Contain("create-database started"));
    }

    private async Task CreateAsync(string database, string sql)
    {
        // A session tells its failure before it lets go of its locks: that of the test before may have none left for us yet.
        var patience = Stopwatch.StartNew();
        while (!await HasRoomAsync() && patience.Elapsed < TimeSpan.FromMinutes(1))
        {
            await Task.Delay(50);
        }

        await Sql.RunAsync(servers.Source, "postgres", $"CREATE DATABASE {database}");
        await Sql.RunAsync(servers.Source, database, sql);
    }

    private async Task<bool> HasRoomAsync()
    {
        try
        {
            return await Sql.ScalarAsync<bool>(servers.Source, "postgres", "SELECT count(*) < 50 FROM pg_locks");
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.OutOfMemory)
        {
            return false;
        }
    }

    private async Task<MigplanProcess> ApplyAsync(string database, string verify) =>
        await servers.RunAsync(
            "apply",
            servers.WriteManifest(database, $"{{ from: source/{database}, to: target/{database}, verify: {verify} }}"),
            "--auto-approve");
}
