using System.Diagnostics;
using MigrationPlans.Aws.State;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Runs of the real binary whose state is in S3.</summary>
[NonParallelizable]
public sealed class S3ApplyTests
{
    private const string Database = "s3_state_shop";
    private const string Bucket = "runs";
    private const string Place = $"s3://{Bucket}/apply-test";

    private MotoServer server = null!;
    private MotoAccount account = null!;
    private AwsEnvironment environment = null!;
    private ApplyFixture fixture = null!;

    [SetUp]
    public async Task StartAsync()
    {
        server = await MotoServer.StartAsync();
        environment = new AwsEnvironment(server.Address);
        account = await MotoAccount.OpenAsync(server);
        await account.S3Async(HttpMethod.Put, Bucket);
        fixture = new ApplyFixture(Database);
    }

    [TearDown]
    public void Stop()
    {
        fixture.Dispose();
        account.Dispose();
        environment.Dispose();
        server.Dispose();
    }

    [Test]
    public async Task A_killed_run_is_resumed_from_another_directory_and_can_be_taken_back_from_there()
    {
        await fixture.FillAsync(200_000);
        using (var killed = fixture.Start("apply", "manifest.yaml", "--auto-approve", "--state", Place))
        {
            await StepBegunAsync("copy-data");
            killed.Kill();
            await ApplyFixture.EndOf(killed);
        }

        using var elsewhere = new ApplyFixture(Database);
        var (_, before) = await elsewhere.RunAsync("status", "manifest.yaml", "--state", Place);
        Assert.That(before, Does.Contain("unfinished").And.Not.Contain("held by"));

        var (exitCode, output) = await elsewhere.RunAsync("apply", "manifest.yaml", "--auto-approve", "--state", Place);
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("going on where the last run stopped"));
        Assert.That(await elsewhere.DifferencesAsync(), Is.Empty);
        Assert.That(Directory.Exists(fixture.StateDirectory) || Directory.Exists(elsewhere.StateDirectory), Is.False);

        var (_, list) = await elsewhere.RunAsync("state", "list", "manifest.yaml", "--state", Place);
        Assert.That(list, Does.Contain($"database     new/{Database}  created by new/{Database}:create-database"));
        var (pending, plan) = await elsewhere.RunAsync("plan", "manifest.yaml", "--detailed-exitcode", "--state", Place);
        Assert.That(pending, Is.Zero, plan);
        var (undone, rollback) = await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve", "--state", Place);
        Assert.That(undone, Is.Zero, rollback);
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{Database}'"), Is.Zero);
    }

    [Test]
    public async Task Of_two_runs_at_once_one_carries_the_plan_out_and_no_step_is_done_twice()
    {
        await fixture.FillAsync(20_000);
        using var elsewhere = new ApplyFixture(Database);
        using var one = fixture.Start("apply", "manifest.yaml", "--auto-approve", "--state", Place);
        using var other = elsewhere.Start("apply", "manifest.yaml", "--auto-approve", "--state", Place);
        var ends = await Task.WhenAll(ApplyFixture.EndOf(one), ApplyFixture.EndOf(other));

        // Who comes when all is done finds nothing to do; who comes in between is kept out.
        Assert.That(ends.Select(end => end.ExitCode), Is.All.AnyOf(0, 5).And.Some.Zero, string.Join('\n', ends.Select(end => end.Output)));
        Assert.That(await fixture.DifferencesAsync(), Is.Empty);
        var begun = (await LinesAsync())
            .Where(line => line.Contains("\"step-begun\"", StringComparison.Ordinal))
            .Select(line => line.Split("\"step\":\"")[1].Split('"')[0])
            .ToList();
        Assert.That(begun, Is.Not.Empty.And.Unique);
    }

    [Test]
    public async Task A_lock_that_is_held_keeps_a_run_out_and_a_live_holder_keeps_it()
    {
        using var backend = new S3Backend(S3Address.Parse(Place), TimeProvider.System);
        await using (await StateLock.TakeAsync(backend.Lock, TimeProvider.System, CancellationToken.None))
        {
            var (locked, refusal) = await fixture.RunAsync("apply", "manifest.yaml", "--auto-approve", "--state", Place);
            Assert.That(locked, Is.EqualTo(5), refusal);
            Assert.That(refusal, Does.Contain("MP5001").And.Contain($"process {Environment.ProcessId},"));

            var (alive, unlock) = await fixture.RunAsync("state", "unlock", "manifest.yaml", "--force", "--state", Place);
            Assert.That(alive, Is.EqualTo(5), unlock);
            Assert.That(unlock, Does.Contain("MP5012"));
        }

        var (_, free) = await fixture.RunAsync("state", "unlock", "manifest.yaml", "--state", Place);
        Assert.That(free, Does.Contain("there is no lock"));
    }

    [Test]
    public async Task A_run_whose_line_another_one_wrote_stops_and_can_be_resumed()
    {
        await fixture.FillAsync(200_000);
        using var run = fixture.Start("apply", "manifest.yaml", "--auto-approve", "--state", Place);
        await StepBegunAsync("copy-data");
        var ahead = $"{Bucket}/apply-test/journal.ndjson/{(await KeysAsync()).Length + 3:D10}";
        await account.S3Async(HttpMethod.Put, ahead, "somebody else's");

        var (exitCode, output) = await ApplyFixture.EndOf(run);
        Assert.That(exitCode, Is.EqualTo(4), output);
        Assert.That(output, Does.Contain("MP5021"));

        Assert.That(await account.S3Async(HttpMethod.Get, ahead), Is.EqualTo("somebody else's"));
        await account.S3Async(HttpMethod.Delete, ahead);
        var (resumed, after) = await fixture.RunAsync("apply", "manifest.yaml", "--auto-approve", "--state", Place);
        Assert.That(resumed, Is.Zero, after);
        Assert.That(await fixture.DifferencesAsync(), Is.Empty);
    }

    [TestCase("s3://no-such-bucket/x", "MP5020")]
    [TestCase("s3://B/x", "MP5022")]
    [TestCase("gs://bucket/x", "MP5007")]
    public async Task A_place_that_is_none_is_told(string place, string code)
    {
        foreach (var verb in new[] { "apply", "status", "rollback" })
        {
            var (exitCode, output) =
                await fixture.RunAsync([verb, "manifest.yaml", "--state", place, .. verb == "status" ? Array.Empty<string>() : ["--auto-approve"]]);
            Assert.That(exitCode, Is.EqualTo(1), output);
            Assert.That(output, Does.Contain(code));
        }
    }

    private async Task StepBegunAsync(string kind)
    {
        var patience = Stopwatch.StartNew();
        while (!(await LinesAsync()).Any(line => line.Contains("\"step-begun\"", StringComparison.Ordinal)
            && line.Contains($":{kind}\"", StringComparison.Ordinal)))
        {
            Assert.That(patience.Elapsed, Is.LessThan(TimeSpan.FromMinutes(2)), $"{kind} has not begun");
            await Task.Delay(20);
        }
    }

    private async Task<string[]> LinesAsync() =>
        await Task.WhenAll((await KeysAsync()).Select(key => account.S3Async(HttpMethod.Get, $"{Bucket}/{key}")));

    private async Task<string[]> KeysAsync() =>
        [.. (await account.S3KeysAsync(Bucket)).Where(key => key.Contains("/journal.ndjson/", StringComparison.Ordinal))];
}
