using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>What keeps no run from going on, and must be known all the same.</summary>
public sealed class SourceWarningsTests
{
    private const string Database = "surr_warned";

    [Test]
    public async Task Apply_tells_who_can_write_in_spite_of_the_fence_and_that_locks_are_scarce()
    {
        await using var own = await OwnServers.StartAsync(
            source: ["max_prepared_transactions = 1", "max_locks_per_transaction = 10", "max_connections = 30"], target: []);
        await Sql.RunAsync(own.Source, "postgres", $"CREATE DATABASE {Database}");
        await Sql.RunAsync(own.Source, Database, $$"""
            CREATE TABLE written (i int); CREATE ROLE surr_leak LOGIN; ALTER ROLE surr_leak IN DATABASE {{Database}} SET default_transaction_read_only = off;
            DO $do$ BEGIN FOR i IN 1..320 LOOP EXECUTE 'CREATE SEQUENCE s' || i; END LOOP; END $do$
            """);
        await using (var writer = await Sql.OpenAsync(own.Source, Database))
        {
            await Sql.RunAsync(writer, "BEGIN; INSERT INTO written VALUES (1); PREPARE TRANSACTION 'later'");
        }

        using var apply = await own.RunAsync(
            "apply",
            own.WriteManifest("warned", $"{{ from: source/{Database}, to: target/{Database}, fence: read-only }}"),
            "--auto-approve",
            "--parallelism",
            "1");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString);
        Assert.That(apply.Output, Does.Contain("note MP6308: ").And.Contain($"can write to source/{Database} in spite of the fence: surr_leak"));
        Assert.That(apply.Output, Does.Contain($"note MP6315: 1 prepared transaction is open on source/{Database}"));
        Assert.That(apply.Output, Does.Contain("note MP6317: ").And.Contain("room for about 310 locks"));
    }
}
