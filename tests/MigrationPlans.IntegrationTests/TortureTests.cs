using System.Diagnostics;
using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// The real program is killed at random moments and started again until it is done; then both sides must be equal.
/// <c>MIGPLAN_TORTURE_RUNS</c> says how often, <c>MIGPLAN_TORTURE_SEED</c> repeats what an earlier run printed.
/// </summary>
[Category("Torture")]
public sealed class TortureTests
{
    private const int KillsPerRun = 4;

    private OwnServers servers = null!;

    private LocalCluster Source => servers.Source;

    private LocalCluster Target => servers.Target;

    private static int Runs => Number("MIGPLAN_TORTURE_RUNS") ?? 5;

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        servers = await OwnServers.StartAsync("max_connections = 200");
        foreach (var (endpoint, database) in new[] { ("account-a", "source_database_a"), ("account-b", "source_database_b") })
        {
            await Sql.RunAsync(Source, "postgres", $"CREATE DATABASE {database}");
            await Fingerprint.LoadAsync(Source, database, Repository.PathOf("examples", "consolidation", "data", endpoint, $"{database}.sql"));
        }
    }

    [OneTimeTearDown]
    public async Task TakeDownAsync() => await servers.DisposeAsync();

    [Test]
    public async Task Killed_at_any_moment_and_resumed_both_sides_are_equal()
    {
        var (a, b) = (await Fingerprint.TakeAsync(Source, "source_database_a"), await Fingerprint.TakeAsync(Source, "source_database_b"));
        await DropTargetsAsync();
        var undisturbed = Stopwatch.StartNew();
        await ResumeUntilDoneAsync(WriteManifest(0), new Random(0), kills: 0, TimeSpan.Zero);
        undisturbed.Stop();
        await CompareAsync(a, b, "undisturbed");

        var seed = Number("MIGPLAN_TORTURE_SEED") ?? Environment.TickCount;
        TestContext.Out.WriteLine($"MIGPLAN_TORTURE_SEED={seed}, {Runs} runs, {undisturbed.Elapsed.TotalSeconds:F1} s undisturbed");
        var random = new Random(seed);
        for (var run = 1; run <= Runs; run++)
        {
            await DropTargetsAsync();
            var kills = await ResumeUntilDoneAsync(WriteManifest(run), random, KillsPerRun, undisturbed.Elapsed);
            await CompareAsync(a, b, $"run {run} (seed {seed}), killed after {string.Join(", ", kills)} ms");
        }
    }

    /// <summary>Killed runs leave pg_dump and pg_restore to end by themselves, and archives that are torn or whole.</summary>
    [Test]
    public async Task Killed_at_any_moment_an_archive_is_restored_whole_too()
    {
        var (a, b) = (await Fingerprint.TakeAsync(Source, "source_database_a"), await Fingerprint.TakeAsync(Source, "source_database_b"));
        var seed = Number("MIGPLAN_TORTURE_SEED") ?? Environment.TickCount;
        TestContext.Out.WriteLine($"MIGPLAN_TORTURE_SEED={seed}");
        var random = new Random(seed);
        var length = TimeSpan.Zero;
        for (var run = 0; run <= Runs; run++)
        {
            await DropTargetsAsync();
            var watch = Stopwatch.StartNew();
            var manifest = WriteManifest(2000 + run, strategy: "archive");
            var kills = await ResumeUntilDoneAsync(manifest, random, run == 0 ? 0 : KillsPerRun, length);
            length = run == 0 ? watch.Elapsed : length;
            await CompareAsync(a, b, $"archive run {run} (seed {seed}), killed after {string.Join(", ", kills)} ms");
            Assert.That(Directory.EnumerateFiles(Path.GetDirectoryName(manifest)!, "archive.json", SearchOption.AllDirectories), Is.Empty);
        }
    }

    [Test]
    public async Task Rows_that_change_while_the_run_is_dead_arrive_as_they_are_at_the_end()
    {
        await DropTargetsAsync();
        var manifest = WriteManifest(1000, fence: false);
        foreach (var attempt in new[] { 1, 2 })
        {
            using var migplan = Start(manifest);
            await CopyBegunAsync(1000, attempt);
            await Task.Delay(100 * attempt);
            await migplan.KillAsync();
            await Sql.RunAsync(
                Source,
                "source_database_b",
                $"UPDATE telemetry.readings SET voltage = {attempt} WHERE device_id % 50 = 7; DELETE FROM desk.shifts WHERE agent_id::text < '{attempt}'; INSERT INTO \"Legacy Import\".nothing DEFAULT VALUES");
        }

        await ResumeUntilDoneAsync(manifest, new Random(1), kills: 0, TimeSpan.Zero);
        await CompareAsync(
            await Fingerprint.TakeAsync(Source, "source_database_a"),
            await Fingerprint.TakeAsync(Source, "source_database_b"),
            "changed in between");
    }

    private async Task<List<int>> ResumeUntilDoneAsync(string manifest, Random random, int kills, TimeSpan undisturbed)
    {
        var moments = new List<int>();
        for (var kill = 0; kill < kills; kill++)
        {
            using var migplan = Start(manifest);
            // Quarters of a whole run, so that late steps get their share too.
            var moment = random.Next(50, 100 + ((int)undisturbed.TotalMilliseconds * (kill + 1) / kills));
            moments.Add(moment);
            await Task.WhenAny(Task.Delay(moment), migplan.WaitAsync());
            if (migplan.HasExited)
            {
                Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
            }
            else
            {
                await migplan.KillAsync();
            }
        }

        using var last = Start(manifest);
        await last.WaitAsync();
        Assert.That(last.ExitCode, Is.Zero, () => $"killed after {string.Join(", ", moments)} ms\n{last}");
        return moments;
    }

    /// <summary>Waits until the run has begun to copy for the so-many-th time: only what changes before the copy is done can arrive.</summary>
    private async Task CopyBegunAsync(int run, int times)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await servers.JournalOf(NameOf(run)))
            .Count(line => line.Contains("\"step-begun\",\"step\":\"target/app_db_b:copy-data\"", StringComparison.Ordinal)) < times)
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private MigplanProcess Start(string manifest) => servers.Start("apply", manifest, "--auto-approve");

    private async Task CompareAsync(string a, string b, string run)
    {
        Assert.That(await Fingerprint.TakeAsync(Target, "app_db_a"), Is.EqualTo(a), run);
        Assert.That(await Fingerprint.TakeAsync(Target, "app_db_b"), Is.EqualTo(b), run);
        Assert.That(await Sql.ScalarAsync<bool>(Target, "app_db_a", "SELECT pg_catalog.to_regnamespace('migplan_ledger') IS NULL"), run);
    }

    private async Task DropTargetsAsync()
    {
        await Sql.DropDatabaseAsync(Target, "app_db_a");
        await Sql.DropDatabaseAsync(Target, "app_db_b");
    }

    private string WriteManifest(int run, bool fence = true, string strategy = "stream") => servers.WriteManifest(
        NameOf(run),
        $"{{ from: source/source_database_a, to: target/app_db_a, strategy: {strategy}{(fence ? ", fence: read-only" : "")} }}",
        $"{{ from: source/source_database_b, to: target/app_db_b, strategy: {strategy} }}");

    private static string NameOf(int run) => string.Create(CultureInfo.InvariantCulture, $"torture-{run}");

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
