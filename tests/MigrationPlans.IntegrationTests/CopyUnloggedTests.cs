using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Tables that a crash of the target empties, whatever the ledger says.</summary>
public sealed class CopyUnloggedTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task An_unlogged_table_that_a_crash_emptied_is_copied_again_behind_the_same_fence(bool isHalf)
    {
        Assume.That(!isHalf || TestServers.Source.MajorVersion >= 14, "below, a table goes in one piece");
        await using var own = await RestartableServer.StartAsync();
        await using var copy = await CreateAsync(own);
        await copy.CopyAsync();
        if (isHalf)
        {
            await copy.OnTargetAsync("DELETE FROM migplan_ledger.chunk WHERE table_name = 'scratch' AND chunk = 0");
        }

        await CrashAsync(own, copy);
        Assert.That(
            await copy.TargetAsync<bool>("SELECT EXISTS (SELECT FROM scratch) OR NOT EXISTS (SELECT FROM migplan_ledger.chunk WHERE table_name = 'scratch')"),
            Is.False);
        Assert.That((await copy.ObserveAsync()).IsDone, Is.False);

        Assert.That((await copy.CopyAsync()).Summary, Does.Contain("; in this try 200000 rows, "));

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    [Test]
    public async Task One_that_is_still_there_is_not()
    {
        await using var own = await RestartableServer.StartAsync();
        await using var copy = await CreateAsync(own);
        await copy.CopyAsync();

        Assert.That((await copy.CopyAsync()).Summary, Does.Contain("; in this try 0 rows, "));
    }

    /// <summary>One in chunks, and one that survives.</summary>
    private static async Task<CopyHarness> CreateAsync(RestartableServer own)
    {
        var copy = await CopyHarness.CreateAsync("CREATE UNLOGGED TABLE scratch (id int, v text); CREATE TABLE kept (id int)", TestServers.Source, own.Server);
        await copy.OnSourceAsync("INSERT INTO scratch SELECT i, repeat('v', 700) FROM generate_series(1, 200000) i; INSERT INTO kept VALUES (1)");
        await copy.OnSourceAsync($"ALTER DATABASE {copy.Database} SET default_transaction_read_only = on");
        copy.Mapping = copy.Mapping with { Fence = Fence.ReadOnly };
        return copy;
    }

    private static async Task CrashAsync(RestartableServer own, CopyHarness copy)
    {
        // What is committed is on the disk by then.
        await copy.OnTargetAsync("CHECKPOINT");
        await own.Server.StopAsync("immediate", CancellationToken.None);
        await own.Server.StartAsync(CancellationToken.None);
    }
}
