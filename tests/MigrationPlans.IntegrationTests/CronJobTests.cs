using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Jobs of pg_cron, which starts whatever is active in its table: on a target, only once all is there.</summary>
[NonParallelizable]
public sealed class CronJobTests
{
    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartServersAsync()
    {
        const string Available = "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'";
        if (await Sql.ScalarAsync<long>(TestServers.Source, "postgres", Available) == 0 || await Sql.ScalarAsync<long>(TestServers.Target, "postgres", Available) == 0)
        {
            Assert.Ignore("these servers have no pg_cron; eng/setup.sh --tests gets it where the package manager is apt");
        }

        servers = await OwnServers.StartAsync("shared_preload_libraries = 'pg_cron'", "cron.database_name = 'jobs'");
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE jobs");
    }

    [OneTimeTearDown]
    public async Task StopServersAsync()
    {
        if (servers is not null)
        {
            await servers.DisposeAsync();
        }
    }

    [TearDown]
    public async Task RemoveAsync()
    {
        await Sql.RunAsync(servers.Source, "jobs", "DROP EXTENSION IF EXISTS pg_cron; DROP TABLE IF EXISTS half, whole");
        await Sql.RunAsync(servers.Target, "postgres", "DROP DATABASE IF EXISTS jobs WITH (FORCE)");
    }

    /// <summary>A key that the source's rows break holds the run up when all of them are there: that is what a job would find.</summary>
    [Test]
    public async Task Jobs_sleep_until_all_is_there_and_those_that_are_awake_on_the_source_wake_then([Values("stream", "archive")] string strategy)
    {
        await Sql.RunAsync(servers.Source, "jobs", """
            CREATE EXTENSION pg_cron; SELECT cron.schedule('awake', '0 0 1 1 *', 'VACUUM'); SELECT cron.schedule('asleep', '0 0 1 1 *', 'ANALYZE');
            SELECT cron.alter_job(jobid, active := false) FROM cron.job WHERE jobname = 'asleep';
            CREATE TABLE whole (id int PRIMARY KEY); CREATE TABLE half (id int REFERENCES whole); SET session_replication_role = replica; INSERT INTO half VALUES (1)
            """);
        var manifest = servers.WriteManifest($"cron-{strategy}", $"{{ from: source/jobs, to: target/jobs, strategy: {strategy} }}");

        using var stopped = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(stopped.ExitCode, Is.EqualTo(1), stopped.ToString);
        Assert.That(stopped.ToString(), Does.Contain("half_id_fkey"));
        Assert.That(await JobsAsync(servers.Target), Is.EqualTo("asleep false,awake false"), "nothing runs on what is half there");

        await Sql.RunAsync(servers.Source, "jobs", "INSERT INTO whole VALUES (1)");
        await Sql.RunAsync(servers.Target, "jobs", "INSERT INTO whole VALUES (1)");
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString);
        Assert.That(await JobsAsync(servers.Target), Is.EqualTo("asleep false,awake true"));
        Assert.That(apply.ToString(), Does.Contain("MP6255").And.Contain("1 job"));
    }

    private static Task<string> JobsAsync(LocalCluster server) => Sql.ScalarAsync<string>(server, "jobs", "SELECT COALESCE(string_agg(jobname || ' ' || active, ',' ORDER BY jobname), '') FROM cron.job");
}
