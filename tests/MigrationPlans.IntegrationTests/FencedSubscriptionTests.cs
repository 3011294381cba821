using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A source that is a subscriber itself: what its subscription writes goes past a fence.</summary>
[NonParallelizable]
public sealed class FencedSubscriptionTests
{
    private const string Database = "fed";

    [Test]
    public async Task A_fence_wants_subscriptions_disabled_by_whoever_owns_them()
    {
        using var fixture = new ApplyFixture(Database);
        // The view stops a first run late: it wants a setting that the target lacks.
        await fixture.CreateAsync("""
            CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item VALUES (1);
            SET fed.allowed = 'yes';
            CREATE MATERIALIZED VIEW late AS SELECT pg_catalog.current_setting('fed.allowed') AS allowed;
            """);
        await Sql.RunAsync(
            TestServers.Source,
            Database,
            "CREATE SUBSCRIPTION feed CONNECTION 'host=127.0.0.1 port=1 dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = 'feed')");
        try
        {
            fixture.WriteManifest("checksums", "fence: read-only");
            await SetAsync("ENABLE");

            var refused = await fixture.ApplyAsync();
            Assert.That(refused.ExitCode, Is.EqualTo(1), refused.Output);
            Assert.That(refused.Output, Does.Contain("MP4180").And.Contain($"subscriptions go on writing to old/{Database} in spite of the fence: feed"));
            Assert.That(await IsFencedAsync(), Is.False);
            Assert.That(await Sql.ScalarAsync<bool>(TestServers.Source, Database, "SELECT subenabled FROM pg_subscription WHERE subname = 'feed'"), Is.True);

            await SetAsync("DISABLE");
            var stopped = await fixture.ApplyAsync();
            Assert.That(stopped.ExitCode, Is.EqualTo(1), stopped.Output);
            Assert.That(stopped.Output, Does.Contain("refresh-views failed"));
            await SetAsync("ENABLE");
            var resumed = await fixture.ApplyAsync();
            Assert.That(resumed.ExitCode, Is.EqualTo(1), resumed.Output);
            Assert.That(resumed.Output, Does.Contain("MP6113").And.Contain("fence-source failed").And.Not.Contain("refresh-views started"));

            await SetAsync("DISABLE");
            await Sql.RunAsync(TestServers.Target, "postgres", $"ALTER DATABASE {Database} SET fed.allowed = 'yes'");
            var apply = await fixture.ApplyAsync();
            Assert.That(apply.ExitCode, Is.Zero, apply.Output);
            Assert.That(await IsFencedAsync(), Is.True);
        }
        finally
        {
            await Sql.RunAsync(TestServers.Source, "postgres", $"ALTER DATABASE {Database} RESET default_transaction_read_only");
            await SetAsync("DISABLE");
            await SetAsync("SET (slot_name = NONE)");
            await Sql.RunAsync(TestServers.Source, Database, "DROP SUBSCRIPTION feed");
        }
    }

    /// <summary>Behind the fence, too.</summary>
    private static Task SetAsync(string what) => Sql.RunAsync(TestServers.Source, Database, $"BEGIN READ WRITE; ALTER SUBSCRIPTION feed {what}; COMMIT");

    private static async Task<bool> IsFencedAsync() =>
        await Sql.ScalarAsync<string>(TestServers.Source, Database, "SELECT current_setting('transaction_read_only')") == "on";
}
