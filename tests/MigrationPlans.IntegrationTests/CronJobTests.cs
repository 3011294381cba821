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
        if (await Sql.ScalarAsync<long>(TestServers.Source, "postgres", Available) == 0
            || await Sql.ScalarAsync<long>(TestServers.Target, "postgres", Available) == 0)
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

    /// <summary>The first versions do not tell pg_dump of their table, and 1.0 knows no sleeping jobs.</summary>
    [Test]
    public async Task Jobs_that_the_source_has_of_a_version_before_1_2_stay_behind_and_the_plan_says_so(
        [Values("1.0", "1.1")] string version, [Values("stream", "archive")] string strategy)
    {
        await Sql.RunAsync(
            servers.Source,
            "jobs",
            $"CREATE EXTENSION pg_cron VERSION '{version}'; INSERT INTO cron.job (schedule, command) VALUES ('0 0 1 1 *', 'VACUUM'); CREATE TABLE whole (id int)");
        var manifest = servers.WriteManifest(
            $"old-cron-{strategy}-{version.Replace('.', '-')}",
            $"{{ from: source/jobs, to: target/jobs, strategy: {strategy} }}");

        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(
            plan.Output,
            Does.Contain($"jobs of pg_cron: stay behind, as version {version} does not say")
                .And.Contain("ALTER EXTENSION pg_cron UPDATE")
                .And.Not.Contain("sleep on the target"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString);
        Assert.That(await JobsAsync(servers.Target), Is.Empty);
    }

    /// <summary>As on RDS: the extension is a superuser's, and its row security shows a login its own jobs only.</summary>
    [TestCase("stream")]
    [TestCase("archive")]
    public async Task A_login_that_sees_its_own_jobs_only_is_told_so_and_carries_the_rest_over_without_them(string strategy)
    {
        await Sql.RunAsync(
            servers.Source,
            "jobs",
            "CREATE EXTENSION pg_cron; SELECT cron.schedule('0 0 1 1 *', 'VACUUM'); CREATE TABLE whole (id int); INSERT INTO whole VALUES (1)");
        await Sql.RunAsync(servers.Target, "postgres", "DROP ROLE IF EXISTS keeper; CREATE ROLE keeper LOGIN CREATEDB CREATEROLE PASSWORD 'keeper'");
        await Sql.RunAsync(servers.Target, "postgres", "CREATE DATABASE jobs OWNER keeper");
        await Sql.RunAsync(
            servers.Target,
            "jobs",
            "CREATE EXTENSION pg_cron; GRANT USAGE ON SCHEMA cron TO keeper; GRANT ALL ON cron.job, cron.job_run_details TO keeper; GRANT ALL ON SEQUENCE cron.jobid_seq, cron.runid_seq TO keeper");
        string Manifest(string name, string more)
        {
            var file = servers.WriteManifest(
                name,
                $"{{ from: source/jobs, to: target/jobs, strategy: {strategy}, roles: {{ map: {{ {LocalCluster.Superuser}: keeper }} }}{more} }}");
            var text = File.ReadAllText(file);
            var at = text.IndexOf("targets:", StringComparison.Ordinal);
            File.WriteAllText(
                file,
                text[..at] + text[at..].Replace($"username: {LocalCluster.Superuser}", "username: keeper", StringComparison.Ordinal)
                    .Replace("TARGET_PASSWORD", "KEEPER", StringComparison.Ordinal));
            return file;
        }

        Environment.SetEnvironmentVariable("KEEPER", "keeper");
        var all = Manifest($"own-jobs-{strategy}", "");
        using var denied = await servers.RunAsync("apply", all, "--auto-approve");
        using var rollback = await servers.RunAsync("rollback", all, "--auto-approve");
        await Sql.RunAsync(servers.Target, "jobs", "DROP TABLE whole");
        using var apply = await servers.RunAsync("apply", Manifest($"no-jobs-{strategy}", ", exclude: { tableData: [cron.job] }"), "--auto-approve");

        Assert.That(denied.ExitCode, Is.EqualTo(1), denied.ToString);
        Assert.That(
            denied.ToString(),
            Does.Contain("MP6254")
                .And.Contain("can't be brought to target target/jobs")
                .And.Contain("GRANT INSERT, UPDATE, DELETE ON cron.job")
                .And.Contain("BYPASSRLS"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString);
        Assert.That(await JobsAsync(servers.Target), Is.Empty);
    }

    private static Task<string> JobsAsync(LocalCluster server) =>
        Sql.ScalarAsync<string>(server, "jobs", "SELECT COALESCE(string_agg(jobname || ' ' || active, ',' ORDER BY jobname), '') FROM cron.job");
}
