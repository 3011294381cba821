using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using NJsonSchema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class InstancePlannerTests
{
    [Test]
    public void An_instance_is_snapshotted_copied_restored_and_verified_in_that_order()
    {
        var (steps, diagnostics) = Plan([InstanceSample.Of("env-a")]);
        Assert.That(diagnostics, Is.Empty);
        Assert.That(steps.Select(step => step.Kind), Is.EqualTo(new[] { "create-snapshot", "copy-snapshot", "restore-instance", "verify-instance" }));
        Assert.That(steps.Skip(1).Select(step => step.DependsOn.Single()), Is.EqualTo(steps.Take(3).Select(step => step.Id)));
        Assert.That(steps.Select(step => step.Database), Is.All.EqualTo("eu-west-1/env-a-migrated"));
    }

    [Test]
    public void Within_one_region_and_account_and_without_a_key_nothing_is_copied()
    {
        var steps = Plan([InstanceSample.Of("env-a")], new InstanceMoveTarget { Region = "eu-central-1" }).Steps;
        Assert.That(steps.Select(step => step.Kind), Is.EqualTo(new[] { "create-snapshot", "restore-instance", "verify-instance" }));
        Assert.That(((RestoreInstanceStep)steps[1]).Snapshot, Is.EqualTo("snap-env-a"));
    }

    [Test]
    public void A_copy_beside_its_source_has_a_name_of_its_own()
    {
        var steps = Plan([InstanceSample.Of("env-a")], new InstanceMoveTarget { Region = "eu-central-1", KmsKeyId = "k" }).Steps;
        Assert.That(((CopySnapshotStep)steps[1]).Snapshot, Is.EqualTo("snap-env-a-copy"));
    }

    [Test]
    public void Another_account_is_given_the_snapshot()
    {
        var steps = Plan([InstanceSample.Of("env-a") with { TargetAccount = "222222222222" }]).Steps;
        Assert.That(((CreateSnapshotStep)steps[0]).ShareWith, Is.EqualTo("222222222222"));
    }

    [Test]
    public void What_another_account_was_given_is_taken_back_last()
    {
        var steps = Plan([InstanceSample.Of("env-a") with { TargetAccount = "222222222222" }]).Steps;
        var unshare = (UnshareSnapshotStep)steps[^1];
        Assert.That((unshare.Snapshot, unshare.SharedWith, unshare.Region), Is.EqualTo(("snap-env-a", "222222222222", "eu-central-1")));
        Assert.That(unshare.DependsOn, Is.EqualTo(new[] { steps[^2].Id }));
        Assert.That(steps[^2], Is.InstanceOf<VerifyInstanceStep>());
    }

    [Test]
    public void A_zone_is_asked_for_only_on_a_single_AZ_instance()
    {
        var target = new InstanceMoveTarget { Region = "eu-west-1", MultiAz = true, AvailabilityZone = "eu-west-1a" };
        Assert.That(Plan([InstanceSample.Of("env-a")], target).Steps.OfType<RestoreInstanceStep>().Single().AvailabilityZone, Is.Null);
    }

    [Test]
    public void A_move_that_picks_nothing_is_refused() => Assert.That(Codes(Plan([])), Is.EqualTo(new[] { "MP3600" }));

    [Test]
    public void An_identifier_that_RDS_does_not_take_is_refused() =>
        Assert.That(
            Codes(Plan([InstanceSample.Of("env-a")], new InstanceMoveTarget { Region = "eu-west-1", Identifier = "{identifier}--new" })),
            Is.EqualTo(new[] { "MP3601" }));

    [Test]
    public void Two_instances_of_one_new_name_are_refused() => Assert.That(
        Codes(Plan([InstanceSample.Of("env-a"), InstanceSample.Of("env-b")], new InstanceMoveTarget { Region = "eu-west-1", Identifier = "env" })),
        Is.EqualTo(new[] { "MP3602" }));

    [Test]
    public void An_encrypted_instance_needs_a_key_of_the_target() =>
        Assert.That(Codes(Plan([InstanceSample.Of("env-a") with { IsEncrypted = true }])), Is.EqualTo(new[] { "MP3603" }));

    [Test]
    public void An_encrypted_instance_crosses_both_borders_in_one_copy_and_its_key_is_named_once()
    {
        var encrypted = InstanceSample.Of("env-a") with
        {
            IsEncrypted = true,
            KmsKeyId = "arn:aws:kms:eu-central-1:111111111111:key/k",
            TargetAccount = "222222222222",
        };
        var (steps, diagnostics) = Plan(
            [encrypted, encrypted with { Identifier = "env-b" }],
            new InstanceMoveTarget { Region = "eu-west-1", Identifier = "{identifier}-new", KmsKeyId = "t" });
        Assert.That(diagnostics.Select(diagnostic => diagnostic.Code), Is.EqualTo(new[] { "MP3607" }));
        Assert.That(diagnostics[0].Message, Is.EqualTo("account 222222222222 must be allowed to use the KMS key of `env-a` and 1 more"));
        Assert.That(steps.OfType<CopySnapshotStep>().Count(), Is.EqualTo(2));
    }

    [TestCase(null, ExpectedResult = "MP3608")]
    [TestCase("another", ExpectedResult = "MP3608")]
    [TestCase("move", ExpectedResult = "")]
    public string An_identifier_that_is_taken_is_refused_unless_by_this_plan(string? owner) =>
        string.Join(' ', Plan([InstanceSample.Of("env-a") with { Moved = Moved(owner) }]).Diagnostics.Select(diagnostic => diagnostic.Code));

    [TestCase(
        "eu-central-1/222222222222/env-a",
        "instance `env-a-migrated` in eu-west-1 holds the data of eu-central-1/222222222222/env-a, not of eu-central-1/111111111111/env-a")]
    [TestCase(null, "nothing says that instance `env-a-migrated` in eu-west-1 holds the data of eu-central-1/111111111111/env-a")]
    public void What_holds_another_instances_data_does_not_count_as_moved(string? origin, string message)
    {
        var (steps, diagnostics) = Plan([InstanceSample.Of("env-a") with { Moved = Moved("move") with { Origin = origin } }]);
        Assert.That(diagnostics.Select(diagnostic => $"{diagnostic.Code} {diagnostic.Message}"), Is.EqualTo(new[] { $"MP3617 {message}" }));
        Assert.That(steps, Is.Empty);
    }

    [Test]
    public void What_was_moved_before_is_told_where_it_is_not_what_the_manifest_says_by_now()
    {
        var target = new InstanceMoveTarget
        {
            Region = "eu-west-1",
            InstanceClass = "db.r6g.large",
            MultiAz = true,
            PubliclyAccessible = true,
            ParameterGroup = "tuned",
            SubnetGroup = "blue",
            SecurityGroups = ["sg-1", "sg-2"],
            Tags = ImmutableSortedDictionary<string, string>.Empty.Add("cost", "1"),
        };
        var (steps, diagnostics) = Plan(
            [InstanceSample.Of("env-a") with { Moved = Moved("move") with { InstanceClass = "db.t3.medium", SecurityGroups = ["sg-1"] } }],
            target);
        Assert.That(diagnostics.Select(diagnostic => diagnostic.Code), Is.EqualTo(new[] { "MP3610" }));
        Assert.That(diagnostics[0].Message, Does.EndWith(
            "instanceClass is db.t3.medium, not db.r6g.large; multiAz is false, not true; publiclyAccessible is false, not true; "
            + "parameterGroup is not set, not tuned; subnetGroup is not set, not blue; securityGroups is sg-1, not sg-1 sg-2; tag cost is not set, not 1"));
        Assert.That(diagnostics[0].Help, Does.Contain("aws rds modify-db-instance --region eu-west-1 --db-instance-identifier env-a-migrated"));
        Assert.That(steps, Has.Length.EqualTo(4));
    }

    [Test]
    public void What_was_moved_before_may_be_what_the_manifest_leaves_open()
    {
        var moved = Moved("move") with { InstanceClass = "db.x", AvailabilityZone = "eu-west-1a", SubnetGroup = "blue", SecurityGroups = ["sg-2", "sg-1"] };
        Assert.That(Plan([InstanceSample.Of("env-a") with { Moved = moved }]).Diagnostics, Is.Empty);
        var target = new InstanceMoveTarget { Region = "eu-west-1", AvailabilityZone = "eu-west-1a", SubnetGroup = "Blue", SecurityGroups = ["sg-1", "sg-2"] };
        Assert.That(Plan([InstanceSample.Of("env-a") with { Moved = moved }], target).Diagnostics, Is.Empty);
        var elsewhere = Plan([InstanceSample.Of("env-a") with { Moved = moved }], target with { AvailabilityZone = "eu-west-1b" }).Diagnostics;
        Assert.That(elsewhere.Single().Message, Does.EndWith("availabilityZone is eu-west-1a, not eu-west-1b"));
    }

    [TestCase("mine", ExpectedResult = "MP3609")]
    [TestCase("another", ExpectedResult = "MP3606")]
    [TestCase(null, ExpectedResult = "")]
    public string A_snapshot_that_an_earlier_run_of_this_state_left_is_not_restored(string? lineage)
    {
        var left = new SnapshotFacts("snap-env-a", "eu-west-1", "111111111111", new DateTime(2026, 1, 12, 9, 30, 0, DateTimeKind.Utc), lineage);
        return string.Join(
            ' ',
            Plan([InstanceSample.Of("env-a") with { Snapshots = [left] }], lineage: "mine").Diagnostics.Select(diagnostic => diagnostic.Code));
    }

    [Test]
    public void Without_a_state_no_snapshot_is_its_own()
    {
        var untagged = new SnapshotFacts("snap-env-a", "eu-west-1", "111111111111", CreatedAt: null, Lineage: null);
        Assert.That(Plan([InstanceSample.Of("env-a") with { Snapshots = [untagged] }]).Diagnostics, Is.Empty);
    }

    [Test]
    public void A_move_that_could_not_be_looked_at_is_not_said_to_pick_nothing()
    {
        var manifest = new Sample().Manifest with
        {
            Instances = [new InstanceMove
            {
                Path = "instances[0]",
                From = new InstanceMoveSource { Region = "r", Match = new InstanceMatch() },
                To = new InstanceMoveTarget { Region = "s" },
            }],
        };
        var facts = new Sample().Facts with { Diagnostics = [AwsDiagnostics.CredentialsExpired("instances[0].from", "ExpiredToken")] };
        Assert.That(Planner.Plan(manifest, facts).Diagnostics.Select(diagnostic => diagnostic.Code), Is.EqualTo(new[] { "MP3503" }));
    }

    [Test]
    public void A_stopped_instance_is_refused() =>
        Assert.That(Codes(Plan([InstanceSample.Of("env-a") with { Status = "stopped" }])), Is.EqualTo(new[] { "MP3605" }));

    [Test]
    public void An_instance_that_is_backed_up_is_waited_for() =>
        Assert.That(Plan([InstanceSample.Of("env-a") with { Status = "backing-up" }]).Diagnostics, Is.Empty);

    [TestCase("default.postgres15", null, ExpectedResult = null)]
    [TestCase("tuned", null, ExpectedResult = "tuned")]
    [TestCase("tuned", "other", ExpectedResult = "other")]
    public string? Within_one_region_and_account_the_sources_parameter_group_is_taken_unless_another_is_named(string own, string? named)
    {
        var (steps, diagnostics) = Plan(
            [InstanceSample.Of("env-a") with { ParameterGroup = own }],
            new InstanceMoveTarget { Region = "eu-central-1", ParameterGroup = named });
        Assert.That(diagnostics, Is.Empty);
        Assert.That(steps.OfType<VerifyInstanceStep>().Single().ParameterGroup, Is.EqualTo(steps.OfType<RestoreInstanceStep>().Single().ParameterGroup));
        return steps.OfType<RestoreInstanceStep>().Single().ParameterGroup;
    }

    [TestCase("eu-west-1", "111111111111")]
    [TestCase("eu-central-1", "222222222222")]
    public void A_parameter_group_that_is_lost_elsewhere_is_warned_of_once(string region, string account)
    {
        var tuned = InstanceSample.Of("env-a") with { ParameterGroup = "tuned", TargetAccount = account };
        var (steps, diagnostics) = Plan(
            [tuned, tuned with { Identifier = "env-b" }, InstanceSample.Of("env-c") with { ParameterGroup = "default.postgres15", TargetAccount = account }],
            new InstanceMoveTarget { Region = region });
        Assert.That(diagnostics.Select(diagnostic => $"{diagnostic.Severity} {diagnostic.Code} {diagnostic.Message}"), Is.EqualTo(new[]
        {
            "Warning MP3614 `env-a` and 1 more will have the default parameter group in place of `tuned`",
        }));
        Assert.That(steps.OfType<RestoreInstanceStep>().Select(step => step.ParameterGroup), Is.All.Null);
        Assert.That(Plan([tuned], new InstanceMoveTarget { Region = region, ParameterGroup = "there" }).Diagnostics, Is.Empty);
    }

    [Test]
    public async Task The_steps_fit_the_published_schema()
    {
        var instance = InstanceSample.Of("env-a") with { TargetAccount = "222222222222" };
        var target = new InstanceMoveTarget { Region = "eu-west-1", KmsKeyId = "k", ParameterGroup = "tuned", SecurityGroups = ["sg-1"] };
        var steps = Plan([instance], target).Steps;
        var plan = new Sample().Plan() with { Steps = steps };
        plan = plan with { Digest = PlanDigest.Compute(plan) };
        var json = PlanDocument.Write(plan);
        var schema = await JsonSchema.FromFileAsync(Repository.PathOf("schemas", "plan.v1.schema.json"));
        Assert.That(schema.Validate(json).Select(error => error.ToString()), Is.Empty);
    }

    private static IEnumerable<string> Codes((ImmutableArray<Step> Steps, ImmutableArray<Diagnostic> Diagnostics) outcome)
    {
        Assert.That(outcome.Steps, Is.Empty);
        return outcome.Diagnostics.Select(diagnostic => diagnostic.Code);
    }

    private static (ImmutableArray<Step> Steps, ImmutableArray<Diagnostic> Diagnostics) Plan(
        ImmutableArray<InstanceFacts> instances, InstanceMoveTarget? target = null, string? lineage = null) => InstancePlanner.Plan(
        new MigrationManifest
        {
            File = "move.yaml",
            Name = "move",
            Digest = "",
            Instances =
            [
                new InstanceMove
                {
                    Path = "instances[0]",
                    From = new InstanceMoveSource { Region = "eu-central-1", Match = new InstanceMatch() },
                    To = target ?? new InstanceMoveTarget { Region = "eu-west-1" },
                },
            ],
        },
        new InspectedFacts { Instances = instances, Lineage = lineage },
        (_, _, instance, _, _) => $"snap-{instance}");

    [TestCase("mine", "available", ExpectedResult = "")]
    [TestCase("another", "available", ExpectedResult = "MP3606")]
    [TestCase("mine", "deleting", ExpectedResult = "MP3619")]
    public string What_bears_the_new_identifier_counts_as_moved_only_where_this_state_made_it_and_it_stays(string lineage, string status)
    {
        var moved = Moved("move");
        moved = moved with { Status = status, Tags = moved.Tags.Add(SnapshotNames.LineageTag, lineage) };
        return string.Join(' ', Plan([InstanceSample.Of("env-a") with { Moved = moved }], lineage: "mine").Diagnostics.Select(diagnostic => diagnostic.Code));
    }

    private static MovedInstanceFacts Moved(string? plan) => new()
    {
        Origin = "eu-central-1/111111111111/env-a",
        Tags = plan is null
            ? ImmutableSortedDictionary<string, string>.Empty
            : ImmutableSortedDictionary<string, string>.Empty.Add(SnapshotNames.PlanTag, plan),
    };
}
