using System.Text;
using MigrationPlans.Aws.State;
using MigrationPlans.Diagnostics;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>State as objects, against an emulator that carries out conditional writes.</summary>
[NonParallelizable]
public sealed class S3StateTests
{
    private const string Bucket = "state-bucket";

    private static readonly JournalEvent[] Events =
    [
        new PlanAdopted("lineage", "demo", "plan", "manifest", ["t/a:one", "t/a:two"]),
        new RunBegun("ann", "host-1", 4711, "0.1.0"),
        new StepBegun("t/a:one"),
        new StepFinished("t/a:one", "made", FoundDone: false, []),
    ];

    private MotoServer server = null!;
    private MotoAccount account = null!;
    private AwsEnvironment environment = null!;
    private int prefixes;
    private string prefix = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await MotoServer.StartAsync();
        environment = new AwsEnvironment(server.Address);
        account = await MotoAccount.OpenAsync(server);
        await account.S3Async(HttpMethod.Put, Bucket);
    }

    [OneTimeTearDown]
    public void Stop()
    {
        account.Dispose();
        environment.Dispose();
        server.Dispose();
    }

    [SetUp]
    public void ChoosePrefix() => prefix = $"teams/state-{++prefixes}";

    [Test]
    public async Task Each_event_is_an_object_and_together_they_are_the_journal()
    {
        await WriteAsync();
        var keys = await KeysAsync();
        Assert.That(keys, Is.EqualTo(new[]
        {
            "journal.ndjson/0000000001", "journal.ndjson/0000000002", "journal.ndjson/0000000003", "journal.ndjson/0000000004", "state.json",
        }));

        using var backend = Open();
        using var again = await StateStore.OpenAsync(backend.Files, TimeProvider.System, CancellationToken.None);
        Assert.That(again.State!.Serial, Is.EqualTo(Events.Length));
        await again.AppendAsync(new StepBegun("t/a:two"));

        var lines = string.Concat(await Task.WhenAll((await KeysAsync())
            .SkipLast(1)
            .Select(key => account.S3Async(HttpMethod.Get, $"{Bucket}/{prefix}/{key}"))));
        var directory = Directory.CreateTempSubdirectory("migplan-s3-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "journal.ndjson"), lines);
        var local = await StateStore.PeekAsync(new LocalStateFiles(directory, TimeProvider.System), CancellationToken.None);
        Directory.Delete(directory, recursive: true);
        Assert.That(StateStore.Describe(local!), Is.EqualTo(StateStore.Describe(again.State!)));
    }

    [Test]
    public async Task A_run_that_finds_its_next_line_written_by_another_one_stops_for_good()
    {
        await WriteAsync();
        using var slept = Open();
        using var first = await StateStore.OpenAsync(slept.Files, TimeProvider.System, CancellationToken.None);
        using var successor = Open();
        using var second = await StateStore.OpenAsync(successor.Files, TimeProvider.System, CancellationToken.None);
        await second.AppendAsync(new StepBegun("t/a:two"));

        Assert.That(() => first.AppendAsync(new StepBegun("t/a:one")), Refuses("MP5021"));
        Assert.That(() => first.AppendAsync(new StepBegun("t/a:one")), Refuses("MP5021"));
        Assert.That(() => first.WritePlanAsync("stale"u8.ToArray()), Throws.Nothing, "nobody has written a plan yet");
        Assert.That(() => second.WritePlanAsync("own"u8.ToArray()), Refuses("MP5021"));

        using var backend = Open();
        var state = await StateStore.PeekAsync(backend.Files, CancellationToken.None);
        Assert.That(state!.Find("t/a:two")!.Status, Is.EqualTo(StepStatus.Running));
        Assert.That(state.Serial, Is.EqualTo(Events.Length + 1));
    }

    [Test]
    public async Task The_plan_before_is_kept_and_replaced_like_the_plan()
    {
        await WriteAsync();
        using var slept = Open();
        using var late = await StateStore.OpenAsync(slept.Files, TimeProvider.System, CancellationToken.None);
        foreach (var (plan, before) in new[] { ("two", "one"), ("three", "two") })
        {
            using var backend = Open();
            using var store = await StateStore.OpenAsync(backend.Files, TimeProvider.System, CancellationToken.None);
            await store.WritePlanAsync(Encoding.UTF8.GetBytes(plan), Encoding.UTF8.GetBytes(before));
            Assert.That(await account.S3Async(HttpMethod.Get, $"{Bucket}/{prefix}/plan.json"), Is.EqualTo(plan));
            Assert.That(await account.S3Async(HttpMethod.Get, $"{Bucket}/{prefix}/plan.before.json"), Is.EqualTo(before));
        }

        Assert.That(() => late.WritePlanAsync("stale"u8.ToArray(), "stale"u8.ToArray()), Refuses("MP5021"));
        Assert.That(await account.S3Async(HttpMethod.Get, $"{Bucket}/{prefix}/plan.before.json"), Is.EqualTo("two"));
    }

    [Test]
    public async Task A_write_whose_answer_is_lost_counts_once()
    {
        await WriteAsync();
        var puts = 0;
        using var proxy = new LossyProxy(server.Address, request =>
            request.HttpMethod == "PUT"
            && request.Url!.AbsolutePath.Contains("journal.ndjson", StringComparison.Ordinal)
            && Interlocked.Increment(ref puts) == 1);
        using var redirected = new AwsEnvironment(proxy.Address);
        using var backend = Open();
        using var store = await StateStore.OpenAsync(backend.Files, TimeProvider.System, CancellationToken.None);
        await store.AppendAsync(new StepBegun("t/a:two"));
        Assert.That(puts, Is.EqualTo(2));
        Assert.That((await KeysAsync()).Count(key => key.StartsWith("journal", StringComparison.Ordinal)), Is.EqualTo(Events.Length + 1));
    }

    [Test]
    public async Task Of_many_that_come_at_once_one_gets_the_lock()
    {
        var attempts = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(TryTakeAsync)));
        var winner = attempts.OfType<StateLock>().Single();
        await winner.DisposeAsync();
        Assert.That(await account.S3Async(HttpMethod.Get, $"{Bucket}/{prefix}/lock.json"), Is.Empty);

        await using var next = await TryTakeAsync();
        Assert.That(next, Is.Not.Null);
    }

    [TestCase(60, true)]
    [TestCase(-5, false)]
    public async Task A_lease_counts_by_the_clock_of_S3(int leaseSeconds, bool isHeld)
    {
        // The holder's machine is years behind; the object is a moment old.
        var holder = new LockHolder
        {
            Id = "other",
            Who = "ann",
            Host = "elsewhere",
            Process = new ProcessIdentity(1, "1", "elsewhere"),
            Since = DateTimeOffset.UnixEpoch,
            RenewedAt = DateTimeOffset.UnixEpoch,
            LeaseSeconds = leaseSeconds,
        };
        await account.S3Async(HttpMethod.Put, $"{Bucket}/{prefix}/lock.json", Encoding.UTF8.GetString(LockReading.Write(holder)));
        using var backend = Open();
        Assert.That(TakeAsync, isHeld ? (NUnit.Framework.Constraints.IResolveConstraint)Refuses("MP5001") : Throws.Nothing);
        Assert.That(async () => await StateLock.RemoveAsync(backend.Lock, force: true, CancellationToken.None), Throws.Nothing);
    }

    [Test]
    public async Task A_lock_of_garbage_is_refused_and_can_be_forced_away()
    {
        await account.S3Async(HttpMethod.Put, $"{Bucket}/{prefix}/lock.json", "garbage");
        using var backend = Open();
        Assert.That(TakeAsync, Refuses("MP5011"));
        Assert.That((await StateLock.RemoveAsync(backend.Lock, force: true, CancellationToken.None)).IsUnreadable);
        Assert.That(TakeAsync, Throws.Nothing);
    }

    [Test]
    public async Task A_line_that_is_missing_or_changed_is_refused()
    {
        await WriteAsync();
        var second = $"{Bucket}/{prefix}/journal.ndjson/0000000002";
        var line = await account.S3Async(HttpMethod.Get, second);
        await account.S3Async(HttpMethod.Delete, second);
        Assert.That(OpenStoreAsync, Refuses("MP5002"));

        await account.S3Async(HttpMethod.Put, second, line.Replace("ann", "bob", StringComparison.Ordinal));
        Assert.That(OpenStoreAsync, Refuses("MP5002").And.Property("Diagnostic").Property("Message").Contains($"`s3://{second}` is damaged at line 1: "));

        await account.S3Async(HttpMethod.Put, second, line);
        Assert.That(OpenStoreAsync, Throws.Nothing);

        var last = $"{Bucket}/{prefix}/journal.ndjson/0000000004";
        var whole = await account.S3Async(HttpMethod.Get, last);
        await account.S3Async(HttpMethod.Put, last, whole.TrimEnd('\n')[..^9]);
        await account.S3Async(HttpMethod.Delete, $"{Bucket}/{prefix}/state.json");
        Assert.That(OpenStoreAsync, Refuses("MP5002"));

        await account.S3Async(HttpMethod.Put, last, whole);
        await account.S3Async(HttpMethod.Put, $"{Bucket}/{prefix}/journal.ndjson/notes", "a note");
        Assert.That(OpenStoreAsync, Refuses("MP5002"));
    }

    [Test]
    public void A_missing_bucket_is_told()
    {
        using var backend = new S3Backend(S3Address.Parse("s3://no-such-bucket/x"), TimeProvider.System);
        Assert.That(async () => await backend.Lock.ReadAsync(CancellationToken.None), Refuses("MP5020"));
        Assert.That(async () => await backend.Files.ReadAsync(StateStore.JournalName, CancellationToken.None), Refuses("MP5020"));
    }

    [Test]
    public void A_right_that_is_missing_is_named_with_the_object()
    {
        using var scripted = new ScriptedAws(request => request.Action == "GetCallerIdentity"
            ? ScriptedAnswer.Identity("arn:aws:sts::333333333333:assumed-role/Runner/x")
            : new ScriptedAnswer(403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"));
        using var redirected = new AwsEnvironment(scripted.Address);
        using var backend = Open();
        Assert.That(
            () => backend.Files.AppendAsync(StateStore.JournalName, "a=line"u8.ToArray()),
            Refuses("MP3501").And.Property("Diagnostic").Property("Message").Contains("s3:PutObject")
                .And.Property("Diagnostic").Property("Detail").Contains($"arn:aws:s3:::{Bucket}/{prefix}/journal.ndjson/0000000001"));
    }

    [TestCase("s3://")]
    [TestCase("s3:///prefix")]
    [TestCase("s3://Bucket/prefix")]
    [TestCase("s3://bucket/a//b")]
    public void What_is_no_place_in_S3_is_refused(string address) => Assert.That(() => S3Address.Parse(address), Refuses("MP5022"));

    [TestCase("s3://bucket", "lock.json")]
    [TestCase("s3://bucket/", "lock.json")]
    [TestCase("s3://bucket/a/b/", "a/b/lock.json")]
    public void Names_are_below_the_prefix(string address, string key) => Assert.That(S3Address.Parse(address).Key("lock.json"), Is.EqualTo(key));

    private S3Backend Open() => new(S3Address.Parse($"s3://{Bucket}/{prefix}"), TimeProvider.System);

    private async Task WriteAsync()
    {
        using var backend = Open();
        using var store = await StateStore.OpenAsync(backend.Files, TimeProvider.System, CancellationToken.None);
        foreach (var happened in Events)
        {
            await store.AppendAsync(happened);
        }
    }

    private async Task OpenStoreAsync()
    {
        using var backend = Open();
        (await StateStore.OpenAsync(backend.Files, TimeProvider.System, CancellationToken.None)).Dispose();
    }

    private async Task TakeAsync()
    {
        using var backend = Open();
        await (await StateLock.TakeAsync(backend.Lock, TimeProvider.System, CancellationToken.None)).DisposeAsync();
    }

    /// <summary>Holds the lock until the end of the test's server: its backend stays open.</summary>
    private async Task<StateLock?> TryTakeAsync()
    {
        try
        {
            return await StateLock.TakeAsync(Open().Lock, TimeProvider.System, CancellationToken.None);
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    /// <summary>Keys of this test, without their common start.</summary>
    private async Task<string[]> KeysAsync() =>
        [.. (await account.S3KeysAsync(Bucket)).Where(key => key.StartsWith($"{prefix}/", StringComparison.Ordinal)).Select(key => key[(prefix.Length + 1)..])];

    private static NUnit.Framework.Constraints.EqualStringConstraint Refuses(string code) =>
        Throws.InstanceOf<DiagnosticException>().With.Property("Diagnostic").Property("Code").EqualTo(code);
}
