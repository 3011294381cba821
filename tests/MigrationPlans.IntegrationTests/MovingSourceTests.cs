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

    private string directory = null!;
    private LocalCluster source = null!;
    private LocalCluster target = null!;
    private TimeSpan undisturbed;

    private static int Runs => Number("MIGPLAN_TORTURE_RUNS") ?? 1;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        directory = LocalCluster.CreateParentDirectory("migplan-moving-");
        source = await LocalCluster.StartAsync(directory, ["shared_buffers = 256MB", "max_wal_size = 4GB"], CancellationToken.None);
        target = await LocalCluster.StartAsync(directory, ["shared_buffers = 256MB", "max_wal_size = 4GB"], CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task TakeDownAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task Killed_again_and_again_a_moving_source_arrives_as_one_moment_of_it()
    {
        var seed = Number("MIGPLAN_TORTURE_SEED") ?? Environment.TickCount;
        var random = new Random(seed);
        await TestContext.Out.WriteLineAsync($"MIGPLAN_TORTURE_SEED={seed}");
        await using var ledger = new MovingLedger(source, "bank");
        await ledger.FillAsync();
        Assert.That(await MovingLedger.FindFaultsAsync(source, "bank"), Is.Empty);
        await MeasureAsync();

        ledger.StartWriters(seed);
        for (var run = 1; run <= Runs; run++)
        {
            var (kills, _) = await KillAsync(run, random);
            await EndAsync(run, kills);
            Assert.That(await MovingLedger.FindFaultsAsync(target, "bank"), Is.Empty, $"run {run} (seed {seed}), killed after {kills} ms");
            Assert.That(await Sql.ScalarAsync<bool>(target, "bank", "SELECT pg_catalog.to_regnamespace('migplan_ledger') IS NULL"), Is.True);
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
        Assert.That(await Fingerprint.TakeAsync(target, "bank"), Is.EqualTo(await Fingerprint.TakeAsync(source, "bank")), $"seed {seed}, killed after {last} ms");
        Assert.That(await MovingLedger.FindFaultsAsync(target, "bank"), Is.Empty);
        await TestContext.Out.WriteLineAsync($"{ledger.Written} transactions of the writers; {undisturbed.TotalSeconds:F1} s undisturbed");
    }

    private async Task MeasureAsync()
    {
        var watch = Stopwatch.StartNew();
        await EndAsync(0, "");
        undisturbed = watch.Elapsed;
        Assert.That(await MovingLedger.FindFaultsAsync(target, "bank"), Is.Empty);
        Assert.That(await Sql.ScalarAsync<long>(target, "bank", "SELECT pg_relation_size('bank.vault')"), Is.GreaterThan(128 << 20), "large enough to go in chunks");
    }

    /// <summary>Starts the run and kills it, each time at a random moment that is a bit later than the last one.</summary>
    /// <param name="until">Of the time that an undisturbed run takes.</param>
    /// <returns>When it was killed, in ms; and whether all rows were copied before that.</returns>
    private async Task<(string Moments, bool IsDone)> KillAsync(int run, Random random, double until = 1)
    {
        await Sql.RunAsync(target, "postgres", "DROP DATABASE IF EXISTS bank WITH (FORCE)");
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

        var journal = Path.Combine(DirectoryOf(run), ".migplan", NameOf(run), "journal.ndjson");
        var isCopied = File.Exists(journal) && (await File.ReadAllLinesAsync(journal)).Any(line => line.Contains("\"step-finished\",\"step\":\"target/bank:copy-data\"", StringComparison.Ordinal));
        return (string.Join(", ", moments), isCopied);
    }

    private async Task EndAsync(int run, string kills)
    {
        using var migplan = Start(run);
        await migplan.WaitAsync();
        Assert.That(migplan.ExitCode, Is.Zero, () => $"killed after {kills} ms\n{migplan}");
    }

    private MigplanProcess Start(int run)
    {
        var file = Path.Combine(DirectoryOf(run), "manifest.yaml");
        Directory.CreateDirectory(DirectoryOf(run));
        File.WriteAllText(file, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: {{NameOf(run)}} }
            defaults: { endpoint: { tls: { mode: disable } } }
            sources:
              source: { postgres: { host: 127.0.0.1, port: {{source.Port}} }, credentials: { username: migplan, password: { env: SOURCE_PASSWORD } } }
            targets:
              target: { postgres: { host: 127.0.0.1, port: {{target.Port}} }, credentials: { username: migplan, password: { env: TARGET_PASSWORD } } }
            databases:
              - { from: source/bank, to: target/bank, parallelism: 3, verify: none }
            """);
        return MigplanProcess.Start(["apply", file, "--auto-approve"], new Dictionary<string, string>(StringComparer.Ordinal) { ["SOURCE_PASSWORD"] = source.Password, ["TARGET_PASSWORD"] = target.Password });
    }

    private string DirectoryOf(int run) => Path.Combine(directory, NameOf(run));

    private static string NameOf(int run) => string.Create(CultureInfo.InvariantCulture, $"moving-{run}");

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
