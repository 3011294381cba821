using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Snapshots;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Waiting for RDS, with the turns that it takes only now and then.</summary>
public sealed class SnapshotWaitTests
{
    private SlowRds rds = null!;
    private ScriptedAws aws = null!;
    private Func<ScriptedRequest, bool> cuts = null!;
    private AwsEnvironment environment = null!;
    private AwsSession session = null!;

    [SetUp]
    public void Start()
    {
        rds = new SlowRds();
        cuts = _ => false;
        aws = new ScriptedAws(request => rds.Answer(request) with { IsCut = cuts(request) });
        environment = new AwsEnvironment(aws.Address, "2");
        session = new AwsSession();
    }

    [TearDown]
    public void Stop()
    {
        session.Dispose();
        environment.Dispose();
        aws.Dispose();
    }

    [Test]
    public async Task A_snapshot_is_waited_for_with_progress()
    {
        var run = Run();
        await run.CarryOutAsync([Step()]);
        var activities = run.Events.OfType<StepProgressed>().Select(progressed => progressed.Progress.Activity).ToList();
        Assert.That(activities[0], Is.EqualTo("snapshot snap-1 in eu-central-1: creating, 10 %, 0 min"));
        Assert.That(aws.Count("CreateDBSnapshot"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_stopped_run_leaves_the_snapshot_and_the_next_one_takes_no_second()
    {
        rds.LooksUntilAvailable = 1000;
        using var stop = new CancellationTokenSource();
        cuts = request =>
        {
            if (request.Action == "DescribeDBSnapshots" && aws.Count("CreateDBSnapshot") == 1)
            {
                stop.Cancel();
            }

            return false;
        };
        Assert.That(() => Run(stopping: stop.Token).CarryOutAsync([Step()]), Throws.InstanceOf<OperationCanceledException>());
        rds.LooksUntilAvailable = 0;
        var second = Run();
        await second.CarryOutAsync([Step()]);
        Assert.That(aws.Count("CreateDBSnapshot"), Is.EqualTo(1));
        Assert.That(second.FoundDone, Is.EqualTo(new[] { "create-snapshot" }));
    }

    [Test]
    public async Task A_create_whose_answer_was_lost_goes_on_with_its_own_work()
    {
        rds.LosesFirstAnswer = true;
        await Run().CarryOutAsync([Step()]);
        Assert.That(aws.Count("CreateDBSnapshot"), Is.EqualTo(2));
    }

    [Test]
    public async Task Looks_that_fail_for_a_while_do_not_end_the_wait()
    {
        rds.FailingLooks = 4;
        rds.LooksUntilAvailable = 8;
        await Run().CarryOutAsync([Step()]);
        Assert.That(aws.Count("CreateDBSnapshot"), Is.EqualTo(1));
    }

    [Test]
    public void Looks_that_fail_without_end_are_shown_and_the_end_of_the_wait_names_the_cause()
    {
        rds.FailingLooks = int.MaxValue;
        rds.LooksUntilAvailable = int.MaxValue;
        var run = Run(new WaitSettings
        {
            FirstDelay = TimeSpan.FromMilliseconds(20),
            LongestDelay = TimeSpan.FromMilliseconds(40),
            Timeout = TimeSpan.FromSeconds(3),
        });
        var failure = Assert.ThrowsAsync<StepFailedException>(() => run.CarryOutAsync([Step()]))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6403"));
        Assert.That(
            failure.Diagnostic.Detail,
            Is.EqualTo("the last look failed: MP3506 rds:DescribeDBSnapshots for `instances[0].from` failed: later (ServiceUnavailable)"));
        Assert.That(
            run.Events.OfType<StepProgressed>().Select(progressed => progressed.Progress.Activity),
            Does.Contain(
                "snapshot snap-1 in eu-central-1: no answer for 0 min: rds:DescribeDBSnapshots for `instances[0].from` failed: later (ServiceUnavailable)"));
    }

    [Test]
    public void A_network_that_is_cut_for_long_is_named_as_the_cause()
    {
        var run = Run(new WaitSettings
        {
            FirstDelay = TimeSpan.FromMilliseconds(20),
            LongestDelay = TimeSpan.FromMilliseconds(40),
            Timeout = TimeSpan.FromSeconds(3),
        });
        rds.LooksUntilAvailable = int.MaxValue;
        cuts = request => request.Action == "DescribeDBSnapshots" && aws.Count("CreateDBSnapshot") == 1;
        var failure = Assert.ThrowsAsync<StepFailedException>(() => run.CarryOutAsync([Step()]))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6403"));
        Assert.That(failure.Diagnostic.Detail, Does.StartWith("the last look failed: MP3504 rds:DescribeDBSnapshots"));
    }

    [Test]
    public void Credentials_that_SSO_no_longer_gives_end_the_wait_at_once()
    {
        rds.LooksUntilAvailable = int.MaxValue;
        using var expiring = new AwsSession(new SsoCredentials(() => aws.Count("DescribeDBSnapshots") >= 3));
        var failure = Assert.ThrowsAsync<StepFailedException>(() => new InstanceMoveRun(expiring, Manifest("slow")).CarryOutAsync([Step()]))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP3500"));
        Assert.That(failure.Diagnostic.Detail, Is.EqualTo(SsoCredentials.Expired));
        Assert.That(failure.FailureClass, Is.EqualTo(FailureClass.Permanent));
        Assert.That(aws.Count("DescribeDBSnapshots"), Is.EqualTo(3));
    }

    [Test]
    public void A_snapshot_that_failed_is_told()
    {
        rds.FinalStatus = "failed";
        Assert.That(Failure().Diagnostic.Code, Is.EqualTo("MP6401"));
    }

    [Test]
    public void A_snapshot_that_disappears_is_told()
    {
        rds.Vanishes = true;
        rds.LooksUntilAvailable = 1000;
        Assert.That(Failure().Diagnostic.Code, Is.EqualTo("MP6402"));
    }

    [Test]
    public void A_wait_without_end_ends()
    {
        rds.LooksUntilAvailable = int.MaxValue;
        var failure = Failure(new WaitSettings { FirstDelay = TimeSpan.FromMilliseconds(20), Timeout = TimeSpan.FromMilliseconds(200) });
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6403"));
    }

    [Test]
    public void A_source_that_stays_busy_ends_the_same_wait()
    {
        rds.RefusedCreates = int.MaxValue;
        var failure = Failure(new WaitSettings { FirstDelay = TimeSpan.FromMilliseconds(20), Timeout = TimeSpan.FromMilliseconds(200) });
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6403"));
        Assert.That(failure.Diagnostic.Message, Does.StartWith("instance `env` in eu-central-1 is still `busy (is backing-up)`"));
    }

    [Test]
    public void A_snapshot_of_another_plan_is_left_alone()
    {
        var run = new InstanceMoveRun(session, Manifest("another"));
        rds.LooksUntilAvailable = 0;
        Assert.That(() => Run().CarryOutAsync([Step()]), Throws.Nothing);
        var failure = Assert.ThrowsAsync<StepFailedException>(() => run.CarryOutAsync([Step()]))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6400"));
    }

    [Test]
    public async Task A_snapshot_for_another_account_is_shared_with_it()
    {
        await Run().CarryOutAsync([Step() with { ShareWith = "222222222222" }]);
        var share = aws.Requests.Single(request => request.Action == "ModifyDBSnapshotAttribute");
        Assert.That(share.Fields["AttributeName"], Is.EqualTo("restore"));
        Assert.That(share.Fields["ValuesToAdd.AttributeValue.1"], Is.EqualTo("222222222222"));
    }

    [Test]
    public async Task A_copy_between_regions_carries_a_request_that_the_source_region_can_check()
    {
        using var client = session.Open(new AwsAccess("a", "eu-west-1", null, null)).Rds;
        await client.CopyDBSnapshotAsync(new CopyDBSnapshotRequest
        {
            SourceDBSnapshotIdentifier = "arn:aws:rds:eu-central-1:333333333333:snapshot:snap-1",
            TargetDBSnapshotIdentifier = "snap-1",
            KmsKeyId = "k-1",
            SourceRegion = "eu-central-1",
        });
        var sent = aws.Requests.Single();
        Assert.That(sent.Fields.Keys, Does.Not.Contain("SourceRegion"));
        Assert.That(sent.Scope, Does.EndWith("/eu-west-1/rds/aws4_request"));
        var signed = new Uri(sent.Fields["PreSignedUrl"]);
        Assert.That(signed.GetLeftPart(UriPartial.Path), Is.EqualTo("https://rds.eu-central-1.amazonaws.com/"));
        var query = Uri.UnescapeDataString(signed.Query);
        Assert.That(query, Does.Contain("Action=CopyDBSnapshot").And.Contain("DestinationRegion=eu-west-1").And.Contain("KmsKeyId=k-1"));
        Assert.That(
            query,
            Does.Match("X-Amz-Credential=AKIAOWNOWNOWNOWNOWN1/[0-9]{8}/eu-central-1/rds/aws4_request").And.Match("X-Amz-Signature=[0-9a-f]{64}"));
    }

    private StepFailedException Failure(WaitSettings? waits = null) =>
        Assert.ThrowsAsync<StepFailedException>(() => Run(waits).CarryOutAsync([Step()]))!;

    private InstanceMoveRun Run(WaitSettings? waits = null, CancellationToken stopping = default) => waits is null
        ? new InstanceMoveRun(session, Manifest("slow")) { Stopping = stopping }
        : new InstanceMoveRun(session, Manifest("slow")) { Stopping = stopping, Settings = waits };

    private static CreateSnapshotStep Step() => new()
    {
        Id = "eu-west-1/env-migrated:create-snapshot",
        Database = "eu-west-1/env-migrated",
        Move = "instances[0]",
        Region = "eu-central-1",
        Instance = "env",
        Snapshot = "snap-1",
    };

    private static MigrationManifest Manifest(string name) => new()
    {
        File = "move.yaml",
        Name = name,
        Digest = "",
        Instances =
        [
            new InstanceMove
            {
                Path = "instances[0]",
                From = new InstanceMoveSource { Region = "eu-central-1", Match = new InstanceMatch() },
                To = new InstanceMoveTarget { Region = "eu-west-1" },
            },
        ],
    };
}
