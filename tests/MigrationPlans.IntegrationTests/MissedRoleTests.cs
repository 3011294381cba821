using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Roles that a database needs, and that the target lacks all the same: what is said of them is missed, never left out without a word.</summary>
[NonParallelizable]
public sealed class MissedRoleTests
{
    private const string OfNewcomers =
        "CREATE ROLE missed_new; CREATE ROLE missed_guest; GRANT CONNECT ON DATABASE missed TO missed_guest; ALTER ROLE missed_guest IN DATABASE missed SET work_mem = '7MB'; ALTER DATABASE missed OWNER TO missed_new";

    private OwnServers servers = null!;

    [SetUp]
    public async Task StartAsync()
    {
        servers = await OwnServers.StartAsync("fsync = off");
        await Sql.RunAsync(servers.Source, "postgres", "CREATE ROLE missed_app LOGIN");
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE missed");
        await Sql.RunAsync(servers.Source, "postgres", "ALTER ROLE missed_app IN DATABASE missed SET statement_timeout = '5s'");
    }

    [TearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [Test]
    public async Task Of_roles_that_came_after_the_copy_verify_tells_owner_grants_and_settings()
    {
        var manifest = WriteManifest("first");
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await RunEachAsync(servers.Source, OfNewcomers);

        using var verify = await servers.RunAsync("verify", manifest);

        AssertMissed(verify);
    }

    [Test]
    public async Task A_run_that_goes_on_does_not_call_it_equal_and_ends_when_that_is_made_good()
    {
        await Sql.RunAsync(servers.Source, "missed", """
            CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_catalog.pg_sleep(2); RETURN $1; END';
            CREATE TABLE t (i int); INSERT INTO t VALUES (1); CREATE INDEX ON t (slow(i))
            """);
        var manifest = WriteManifest("first");
        using (var killed = servers.Start("apply", manifest, "--auto-approve"))
        {
            await killed.WaitForErrorTextAsync("create-database done");
            await killed.KillAsync();
        }

        await RunEachAsync(servers.Source, OfNewcomers);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        AssertMissed(apply);
        await RunEachAsync(servers.Target, OfNewcomers.Replace("DATABASE missed", "DATABASE first", StringComparison.Ordinal));
        using var last = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(last.ExitCode, Is.Zero, last.ToString());
    }

    [Test]
    public async Task A_role_stays_that_has_settings_in_the_database_of_another_plan()
    {
        var (first, second) = (WriteManifest("first"), WriteManifest("second"));
        foreach (var manifest in new[] { first, second })
        {
            using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
            Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        }

        using var rollback = await servers.RunAsync("rollback", first, "--auto-approve");
        using var verify = await servers.RunAsync("verify", second);

        Assert.That(rollback.ToString(), Does.Contain("kept, because it has settings in second"));
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(await Sql.ScalarAsync<long>(servers.Target, "postgres", "SELECT count(*) FROM pg_roles WHERE rolname = 'missed_app'"), Is.EqualTo(1));
    }

    private static void AssertMissed(MigplanProcess migplan)
    {
        Assert.That(migplan.ExitCode, Is.EqualTo(8), migplan.ToString());
        Assert.That(
            migplan.ToString(),
            Does.Contain("database owner").And.Contain("missed_new").And.Contain("privileges of missed_guest").And.Contain("setting work_mem of missed_guest"));
    }

    private static async Task RunEachAsync(LocalCluster server, string statements)
    {
        foreach (var statement in statements.Split(';'))
        {
            await Sql.RunAsync(server, "postgres", statement);
        }
    }

    /// <summary>With a target database of the plan's name.</summary>
    private string WriteManifest(string name) => servers.WriteManifest(name, $"{{ from: source/missed, to: target/{name} }}");
}
