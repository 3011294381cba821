using System.Diagnostics;
using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// The source is written to all the while, nobody fences it, and the real program is killed again and again: what arrives in the end
/// is one moment of the source. <c>MIGPLAN_TORTURE_RUNS</c> says how often each is done, <c>MIGPLAN_TORTURE_SEED</c> repeats a run.
/// </summary>
[Category("Torture")]
public sealed class MovingSourceTests
{
    private const int KillsPerRun = 3;

    private OwnServers servers = null!;
    private TimeSpan undisturbed;

    private LocalCluster Source => servers.Source;

    private LocalCluster Target => servers.Target;

    private static int Runs => Number("MIGPLAN_TORTURE_RUNS") ?? 1;

    [OneTimeSetUp]
    public async Task StartAsync() => servers = await OwnServers.StartAsync("shared_buffers = 256MB", "max_wal_size = 4GB");

    [OneTimeTearDown]
    public async Task TakeDownAsync() => await servers.DisposeAsync();

    [Test]
    public async Task Killed_again_and_again_a_moving_source_arrives_as_one_moment_of_it()
    {
        var seed = Number("MIGPLAN_TORTURE_SEED") ?? Environment.TickCount;
        var random = new Random(seed);
        await TestContext.Out.WriteLineAsync($"MIGPLAN_TORTURE_SEED={seed}");
        await using var ledger = new MovingLedger(Source, "bank");
        await ledger.FillAsync();
        Assert.That(await MovingLedger.FindFaultsAsync(Source, "bank"), Is.Empty);
        await MeasureAsync();

        ledger.StartWriters(seed);
        for (var run = 1; run <= Runs; run++)
        {
            var (kills, _) = await KillAsync(run, random);
            await EndAsync(run, kills);
            Assert.That(await MovingLedger.FindFaultsAsync(Target, "bank"), Is.Empty, $"run {run} (seed {seed}), killed after {kills} ms");
            Assert.That(await Sql.ScalarAsync<bool>(Target, "bank", "SELECT pg_catalog.to_regnamespace('migplan_ledger') IS NULL"), Is.True);
        }

        // And once the writers are gone, the same as the source, to the last row.
        var (number, last, isDone) = (Runs, "", true);
        while (isDone)
        {
            // What is copied when they stop stays as it is.
            (last, isDone) = await KillAsync(++number, random, until: 0.5);
        }

        await ledger.StopWritersAsync();
        await EndAsync(number, last);
        Assert.That(
            await Fingerprint.TakeAsync(Target, "bank"),
            Is.EqualTo(await Fingerprint.TakeAsync(Source, "bank")),
            $"seed {seed}, killed after {last} ms");
        Assert.That(await MovingLedger.FindFaultsAsync(Target, "bank"), Is.Empty);
        await TestContext.Out.WriteLineAsync($"{ledger.Written} transactions of the writers; {undisturbed.TotalSeconds:F1} s undisturbed");
    }

    private async Task MeasureAsync()
    {
        var watch = Stopwatch.StartNew();
        await EndAsync(0, "");
        undisturbed = watch.Elapsed;
        Assert.That(await MovingLedger.FindFaultsAsync(Target, "bank"), Is.Empty);
        Assert.That(
            await Sql.ScalarAsync<long>(Target, "bank", "SELECT pg_relation_size('bank.vault')"),
            Is.GreaterThan(128 << 20),
            "large enough to go in chunks");
    }

    /// <summary>Starts the run and kills it, each time at a random moment that is a bit later than the last one.</summary>
    /// <param name="until">Of the time that an undisturbed run takes.</param>
    /// <returns>When it was killed, in ms; and whether all rows were copied before that.</returns>
    private async Task<(string Moments, bool IsDone)> KillAsync(int run, Random random, double until = 1)
    {
        await Sql.DropDatabaseAsync(Target, "bank");
        var moments = new List<int>();
        for (var kill = 0; kill < KillsPerRun; kill++)
        {
            using var migplan = Start(run);
            moments.Add(random.Next(300, 400 + (int)(undisturbed.TotalMilliseconds * until * (kill + 1) / KillsPerRun)));
            await Task.WhenAny(Task.Delay(moments[^1]), migplan.WaitAsync());
            if (migplan.HasExited)
            {
                Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
                return (string.Join(", ", moments), true);
            }

            await migplan.KillAsync();
        }

        var isCopied = (await servers.JournalOf(NameOf(run))).Any(line => line.Contains(
            "\"step-finished\",\"step\":\"target/bank:copy-data\"", StringComparison.Ordinal));
        return (string.Join(", ", moments), isCopied);
    }

    private async Task EndAsync(int run, string kills)
    {
        using var migplan = Start(run);
        await migplan.WaitAsync();
        Assert.That(migplan.ExitCode, Is.Zero, () => $"killed after {kills} ms\n{migplan}");
    }

    private MigplanProcess Start(int run) => servers.Start(
        "apply", servers.WriteManifest(NameOf(run), "{ from: source/bank, to: target/bank, parallelism: 3, verify: none }"), "--auto-approve");

    private static string NameOf(int run) => string.Create(CultureInfo.InvariantCulture, $"moving-{run}");

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
