using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A comparison with a database whose tables are changed meanwhile: it stands in nobody's way.</summary>
public sealed class VerifyUnderChangeTests
{
    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => servers = await OwnServers.StartAsync();

    [OneTimeTearDown]
    public async Task TakeDownAsync() => await servers.DisposeAsync();

    /// <summary>The view's query waits for a lock of ours, so that the comparison is held up with all definitions read.</summary>
    [Test]
    public async Task A_table_can_be_changed_while_rows_of_others_are_compared()
    {
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE moving");
        await Sql.RunAsync(servers.Source, "moving", """
            CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT * FROM t; CREATE TABLE base (id int PRIMARY KEY); INSERT INTO base VALUES (1);
            CREATE MATERIALIZED VIEW stale AS SELECT b.id FROM base b, LATERAL (SELECT pg_advisory_xact_lock_shared(7)) l; INSERT INTO base VALUES (2);
            """);
        var manifest = servers.WriteManifest("moving", "{ from: source/moving, to: target/moving, verify: checksums, parallelism: 1 }");
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        await using var gate = await Sql.OpenAsync(servers.Source, "moving");
        await Sql.RunAsync(gate, "SELECT pg_advisory_lock(7)");
        using var verify = servers.Start("verify", manifest);
        while (!await Sql.ScalarAsync<bool>(servers.Source, "moving", "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"))
        {
            await Task.Delay(50);
        }

        // Definitions are read meanwhile, until all sessions rest.
        foreach (var server in new[] { servers.Source, servers.Target })
        {
            await Sql.UntilAsync(
                server,
                "postgres",
                "SELECT COALESCE(bool_and(state_change < clock_timestamp() - interval '2 s'), true) FROM pg_stat_activity WHERE datname = 'moving' AND application_name = 'migplan'");
        }

        await Sql.RunAsync(servers.Source, "moving", "SET lock_timeout = '20s'; ALTER TABLE t ADD COLUMN n int; CREATE INDEX ON t (n)");
        await Sql.RunAsync(gate, "SELECT pg_advisory_unlock(7)");
        await verify.WaitAsync();
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
    }
}
