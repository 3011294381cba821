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

    private readonly Dictionary<string, string> environment = new(StringComparer.Ordinal);
    private LocalCluster source = null!;
    private LocalCluster target = null!;
    private string directory = null!;

    private static int Runs => Number("MIGPLAN_TORTURE_RUNS") ?? 5;

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        directory = LocalCluster.CreateParentDirectory("migplan-torture-");
        source = await TestServers.StartSourceAsync(directory, ["max_connections = 200"]);
        target = await TestServers.StartTargetAsync(directory, ["max_connections = 200"]);
        environment["SOURCE_PASSWORD"] = source.Password;
        environment["TARGET_PASSWORD"] = target.Password;
        foreach (var (endpoint, database) in new[] { ("account-a", "source_database_a"), ("account-b", "source_database_b") })
        {
            await Sql.RunAsync(source, "postgres", $"CREATE DATABASE {database}");
            await Fingerprint.LoadAsync(source, database, Repository.PathOf("examples", "consolidation", "data", endpoint, $"{database}.sql"));
        }
    }

    [OneTimeTearDown]
    public async Task TakeDownAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task Killed_at_any_moment_and_resumed_both_sides_are_equal()
    {
        var (a, b) = (await Fingerprint.TakeAsync(source, "source_database_a"), await Fingerprint.TakeAsync(source, "source_database_b"));
        await DropTargetsAsync();
        var undisturbed = Stopwatch.StartNew();
        await ResumeUntilDoneAsync(await WriteManifestAsync(0), new Random(0), kills: 0, TimeSpan.Zero);
        undisturbed.Stop();
        await CompareAsync(a, b, "undisturbed");

        var seed = Number("MIGPLAN_TORTURE_SEED") ?? Environment.TickCount;
        TestContext.Out.WriteLine($"MIGPLAN_TORTURE_SEED={seed}, {Runs} runs, {undisturbed.Elapsed.TotalSeconds:F1} s undisturbed");
        var random = new Random(seed);
        for (var run = 1; run <= Runs; run++)
        {
            await DropTargetsAsync();
            var kills = await ResumeUntilDoneAsync(await WriteManifestAsync(run), random, KillsPerRun, undisturbed.Elapsed);
            await CompareAsync(a, b, $"run {run} (seed {seed}), killed after {string.Join(", ", kills)} ms");
        }
    }

    /// <summary>Killed runs leave pg_dump and pg_restore to end by themselves, and archives that are torn or whole.</summary>
    [Test]
    public async Task Killed_at_any_moment_an_archive_is_restored_whole_too()
    {
        var (a, b) = (await Fingerprint.TakeAsync(source, "source_database_a"), await Fingerprint.TakeAsync(source, "source_database_b"));
        var seed = Number("MIGPLAN_TORTURE_SEED") ?? Environment.TickCount;
        TestContext.Out.WriteLine($"MIGPLAN_TORTURE_SEED={seed}");
        var random = new Random(seed);
        var length = TimeSpan.Zero;
        for (var run = 0; run <= Runs; run++)
        {
            await DropTargetsAsync();
            var watch = Stopwatch.StartNew();
            var manifest = await WriteManifestAsync(2000 + run, strategy: "archive");
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
        var manifest = await WriteManifestAsync(1000, fence: false);
        foreach (var attempt in new[] { 1, 2 })
        {
            using var migplan = Start(manifest);
            await CopyBegunAsync(manifest, attempt);
            await Task.Delay(100 * attempt);
            await migplan.KillAsync();
            await Sql.RunAsync(source, "source_database_b", $"UPDATE telemetry.readings SET voltage = {attempt} WHERE device_id % 50 = 7; DELETE FROM desk.shifts WHERE agent_id::text < '{attempt}'; INSERT INTO \"Legacy Import\".nothing DEFAULT VALUES");
        }

        await ResumeUntilDoneAsync(manifest, new Random(1), kills: 0, TimeSpan.Zero);
        await CompareAsync(await Fingerprint.TakeAsync(source, "source_database_a"), await Fingerprint.TakeAsync(source, "source_database_b"), "changed in between");
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
    private static async Task CopyBegunAsync(string manifest, int times)
    {
        var journal = Path.Combine(Path.GetDirectoryName(manifest)!, ".migplan", "torture-1000", "journal.ndjson");
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!File.Exists(journal)
            || (await File.ReadAllLinesAsync(journal, deadline.Token)).Count(line => line.Contains("\"step-begun\",\"step\":\"target/app_db_b:copy-data\"", StringComparison.Ordinal)) < times)
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private MigplanProcess Start(string manifest) => MigplanProcess.Start(["apply", manifest, "--auto-approve"], environment);

    private async Task CompareAsync(string a, string b, string run)
    {
        Assert.That(await Fingerprint.TakeAsync(target, "app_db_a"), Is.EqualTo(a), run);
        Assert.That(await Fingerprint.TakeAsync(target, "app_db_b"), Is.EqualTo(b), run);
        Assert.That(await Sql.ScalarAsync<bool>(target, "app_db_a", "SELECT pg_catalog.to_regnamespace('migplan_ledger') IS NULL"), run);
    }

    private async Task DropTargetsAsync()
    {
        await Sql.RunAsync(target, "postgres", "DROP DATABASE IF EXISTS app_db_a WITH (FORCE)");
        await Sql.RunAsync(target, "postgres", "DROP DATABASE IF EXISTS app_db_b WITH (FORCE)");
    }

    private async Task<string> WriteManifestAsync(int run, bool fence = true, string strategy = "stream")
    {
        var number = run.ToString(CultureInfo.InvariantCulture);
        var file = Path.Combine(directory, $"run-{number}", "manifest.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: torture-{{number}} }
            defaults: { endpoint: { tls: { mode: disable } }, database: { strategy: {{strategy}} } }
            sources:
              source: { postgres: { host: 127.0.0.1, port: {{source.Port}} }, credentials: { username: migplan, password: { env: SOURCE_PASSWORD } } }
            targets:
              target: { postgres: { host: 127.0.0.1, port: {{target.Port}} }, credentials: { username: migplan, password: { env: TARGET_PASSWORD } } }
            databases:
              - { from: source/source_database_a, to: target/app_db_a{{(fence ? ", fence: read-only" : "")}} }
              - { from: source/source_database_b, to: target/app_db_b }
            """);
        return file;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
