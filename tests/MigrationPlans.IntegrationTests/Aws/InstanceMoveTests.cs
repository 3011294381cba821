using System.Collections.Immutable;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Aws.Snapshots;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Whole moves from region to region against an emulator of AWS.</summary>
public sealed class InstanceMoveTests
{
    private const string From = "eu-central-1";
    private const string To = "eu-west-1";

    /// <summary>Of everybody who does not say which.</summary>
    private const string Account = "123456789012";

    private MotoServer server = null!;
    private AwsEnvironment environment = null!;
    private MotoAccount own = null!;
    private AwsSession session = null!;
    private string key = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await MotoServer.StartAsync();
        environment = new AwsEnvironment(server.Address);
        own = await MotoAccount.OpenAsync(server);
        key = await own.CreateKeyAsync(To);
        await own.CreateInstanceAsync(From, "env-plain");
        await own.CreateInstanceAsync(
            From,
            "env-secret",
            new() { ["StorageEncrypted"] = "true", ["Tags.Tag.1.Key"] = "team", ["Tags.Tag.1.Value"] = "billing" });
        await own.CreateInstanceAsync(From, "env-dev-1");
        await own.CreateInstanceAsync(From, "other");
        await own.CreateInstanceAsync(From, "env-mysql", new() { ["Engine"] = "mysql", ["EngineVersion"] = "8.0.35" });
        await own.CreateSubnetGroupAsync(To, "blue");
    }

    [OneTimeTearDown]
    public void Stop()
    {
        own.Dispose();
        environment.Dispose();
        server.Dispose();
    }

    [SetUp]
    public void Open() => session = new AwsSession();

    [TearDown]
    public void Close() => session.Dispose();

    [Test]
    public async Task Every_picked_instance_arrives_under_its_new_name_encrypted_with_the_targets_key()
    {
        var run = new InstanceMoveRun(session, Manifest("whole"));
        var steps = await run.PlanAsync();
        Assert.That(
            steps.Select(step => step.Id).Take(4),
            Is.EqualTo(new[] { "create-snapshot", "copy-snapshot", "restore-instance", "verify-instance" }.Select(kind => $"{To}/env-plain-whole:{kind}")));
        await run.CarryOutAsync(steps);

        var arrived = await RdsInstances.ListAsync(session.Open(new AwsAccess("test", To, null, null)), CancellationToken.None);
        var moved = arrived.Where(instance => instance.DBInstanceIdentifier.EndsWith("-whole", StringComparison.Ordinal)).ToList();
        Assert.That(moved.Select(instance => instance.DBInstanceIdentifier), Is.EquivalentTo(new[] { "env-plain-whole", "env-secret-whole" }));
        Assert.That(moved.Select(instance => instance.KmsKeyId), Is.All.EqualTo(key));
        Assert.That(moved.Select(instance => instance.StorageEncrypted), Is.All.True);
        Assert.That(
            moved[0].TagList.Select(tag => $"{tag.Key}={tag.Value}"),
            Is.SupersetOf(new[] { "migplan:plan=whole", $"migplan:from={From}/{Account}/{moved[0].DBInstanceIdentifier[..^6]}", "moved=yes" }));
        Assert.That(run.Created.Select(resource => $"{resource.Kind} {resource.Endpoint}").Take(3), Is.EqualTo(new[]
        {
            $"snapshot {From}/{Account}", $"snapshot {To}/{Account}", $"instance {To}/{Account}",
        }));
    }

    [Test]
    public async Task A_second_run_finds_everything_done()
    {
        await CarryOutAsync("twice");
        var second = new InstanceMoveRun(session, Manifest("twice"));
        await second.CarryOutAsync(await second.PlanAsync());
        Assert.That(
            second.FoundDone,
            Is.EqualTo(new[] { "create-snapshot", "copy-snapshot", "restore-instance", "create-snapshot", "copy-snapshot", "restore-instance" }));
        Assert.That(second.Created, Is.Empty);
    }

    [Test]
    public async Task Somebody_elses_instance_of_that_name_is_left_alone_also_when_it_came_after_the_plan()
    {
        var run = new InstanceMoveRun(session, Manifest("taken"));
        var steps = await run.PlanAsync();
        await own.CreateInstanceAsync(To, "env-plain-taken");
        var failure = Assert.ThrowsAsync<StepFailedException>(() => run.CarryOutAsync(steps))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6400"));
    }

    [Test]
    public async Task A_rollback_deletes_what_bears_the_plans_tag_and_nothing_else()
    {
        var run = await CarryOutAsync("undone");
        var remover = new SnapshotRemover(session);
        foreach (var resource in Enumerable.Reverse(run.Created))
        {
            Assert.That(
                (await remover.RemoveAsync(Manifest("undone"), "l1neage", resource, ResourceStanding.Finished, CancellationToken.None)).IsGone,
                Is.True);
        }

        var again = await remover.RemoveAsync(Manifest("undone"), "l1neage", run.Created[0], ResourceStanding.Finished, CancellationToken.None);
        Assert.That(again, Is.EqualTo(new RemovalResult(IsGone: true, "snapshot was gone already")));
        await own.CreateInstanceAsync(To, "bystander");
        var foreign = await remover.RemoveAsync(
            Manifest("undone"), "l1neage", new CreatedResource("instance", $"{To}/{Account}", "bystander"), ResourceStanding.Finished, CancellationToken.None);
        Assert.That(
            foreign,
            Is.EqualTo(new RemovalResult(IsGone: false, "it lacks the tags migplan:plan=undone and migplan:lineage=l1neage") { IsOurs = false }));
    }

    [Test]
    public async Task States_of_older_versions_name_the_moves_side_instead_of_the_place()
    {
        var run = await CarryOutAsync("older");
        var remover = new SnapshotRemover(session);
        foreach (var resource in Enumerable.Reverse(run.Created))
        {
            var older = resource with { Endpoint = resource.Endpoint.StartsWith(From, StringComparison.Ordinal) ? "instances[0].from" : "instances[0].to" };
            var removal = await remover.RemoveAsync(Manifest("older"), "l1neage", older, ResourceStanding.Finished, CancellationToken.None);
            Assert.That(removal.Finding, Is.EqualTo("snapshot deleted").Or.EqualTo("instance is being deleted"));
        }

        var unknown = await remover.RemoveAsync(
            Manifest("older"), "l1neage", run.Created[0] with { Endpoint = "instances[1].from" }, ResourceStanding.Finished, CancellationToken.None);
        Assert.That(unknown.IsGone, Is.False);
    }

    [Test]
    public async Task What_a_run_with_another_state_began_is_neither_taken_over_nor_deleted()
    {
        var lost = await CarryOutAsync("lost");
        var steps = await lost.PlanAsync();
        var run = new InstanceMoveRun(session, Manifest("lost")) { Lineage = "an0ther" };
        var failure = Assert.ThrowsAsync<StepFailedException>(() => run.CarryOutAsync(steps))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP3606"));
        Assert.That(failure.Diagnostic.Help, Does.Contain("delete-db-snapshot --region eu-central-1").And.Contain("migplan:lineage=an0ther"));
        foreach (var resource in lost.Created)
        {
            Assert.That(
                (await new SnapshotRemover(session)
                    .RemoveAsync(Manifest("lost"), "an0ther", resource, ResourceStanding.Finished, CancellationToken.None)).IsGone,
                Is.False);
        }
    }

    [Test]
    public async Task What_holds_another_instances_data_is_not_taken_for_done()
    {
        var steps = await (await CarryOutAsync("origin")).PlanAsync();
        var run = new InstanceMoveRun(session, Manifest("origin"));
        foreach (var step in steps.Cast<InstanceStep>())
        {
            var other = step with { Origin = new InstanceOrigin("us-east-1", Account, "env-plain") };
            var failure = Assert.ThrowsAsync<StepFailedException>(() => run.CarryOutAsync([other]), step.Kind)!;
            Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP3617"), step.Kind);
            Assert.That(failure.Diagnostic.Message, Does.Contain($"{From}/{Account}/env-").And.EndWith($"not of us-east-1/{Account}/env-plain"));
        }
    }

    [Test]
    public async Task A_source_that_disappeared_is_told()
    {
        var run = new InstanceMoveRun(session, Manifest("gone"));
        var step = (CreateSnapshotStep)(await run.PlanAsync())[0] with { Instance = "was-there-yesterday" };
        var failure = Assert.ThrowsAsync<StepFailedException>(() => run.CarryOutAsync([step]))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6402"));
        Assert.That(failure.Diagnostic.Message, Does.Contain("was-there-yesterday"));
    }

    [Test]
    public async Task Tags_narrow_the_choice()
    {
        var manifest = Manifest("tags");
        var match = new InstanceMatch { Tags = ImmutableSortedDictionary<string, string>.Empty.Add("team", "bill*") };
        var found = await new InstanceFinder(session)
            .FindAsync(manifest.Name, manifest.Instances[0] with { From = manifest.Instances[0].From with { Match = match } }, CancellationToken.None);
        Assert.That(found.Select(facts => facts.Identifier), Is.EqualTo(new[] { "env-secret" }));
    }

    private async Task<InstanceMoveRun> CarryOutAsync(string name)
    {
        var run = new InstanceMoveRun(session, Manifest(name));
        await run.CarryOutAsync(await run.PlanAsync());
        return run;
    }

    private MigrationManifest Manifest(string name) => new()
    {
        File = "move.yaml",
        Name = name,
        Digest = "",
        Instances =
        [
            new InstanceMove
            {
                Path = "instances[0]",
                From = new InstanceMoveSource { Region = From, Match = new InstanceMatch { Identifiers = ["env-*"], Exclude = ["env-dev-*"] } },
                To = new InstanceMoveTarget
                {
                    Region = To,
                    Identifier = $"{{identifier}}-{name}",
                    KmsKeyId = key,
                    SubnetGroup = "blue",
                    AvailabilityZone = "eu-west-1a",
                    Tags = ImmutableSortedDictionary<string, string>.Empty.Add("moved", "yes"),
                },
            },
        ],
    };
}
