using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class KeptWorkTests
{
    private static readonly InstanceMove First = Move("eu-west-1", "env-*");
    private static readonly InstanceMove Second = Move("eu-north-1", "other-*");

    [Test]
    public void A_plan_whose_mappings_have_no_digest_keeps_nothing_and_remembers_what_it_filled()
    {
        var sample = new Sample();
        var plan = sample.Plan();
        Assert.That(Done(sample.Manifest, plan).Holds(sample.Mapping), Is.True);

        var older = plan with { Databases = [.. plan.Databases.Select(database => database with { Digest = null })] };
        var kept = Done(sample.Manifest, older);
        Assert.That(kept.Holds(sample.Mapping), Is.False);
        var facts = (sample with { Target = Sample.Occupied("nonprod", "shop") }).Facts;
        Assert.That(Planner.Plan(sample.Manifest, facts, kept: kept).Diagnostics.Select(finding => finding.Code), Is.EqualTo(new[] { "MP4019" }));
    }

    [Test]
    public void A_mapping_of_which_a_step_is_left_is_not_kept()
    {
        var sample = new Sample();
        var plan = sample.Plan();
        var kept = KeptWork.Of(sample.Manifest, plan, [.. plan.Steps.SkipLast(1).Select(step => step.Id)], []);
        Assert.That(kept.Steps, Is.Empty);
    }

    [Test]
    public void A_database_is_dropped_only_while_the_mapping_asks_for_it()
    {
        var sample = new Sample
        {
            Mapping = Sample.Map("legacy/shop", "nonprod/shop") with { OnExisting = OnExisting.Replace },
            Target = Sample.Occupied("nonprod", "shop"),
        };
        var plan = sample.Plan();
        var tamed = sample with { Mapping = sample.Mapping with { OnExisting = OnExisting.Fail } };
        Assert.That(ReplacesUnder(sample.Manifest), Is.True);
        Assert.That(ReplacesUnder(tamed.Manifest), Is.False);

        bool ReplacesUnder(MigrationManifest manifest) =>
            KeptWork.Of(manifest, plan, [plan.Steps[0].Id], [], [sample.Mapping.Address])
                .GoesOn.OfType<MigrationPlans.Planning.Steps.CreateDatabaseStep>()
                .Single().Replaces;
    }

    /// <summary>Tables that a finished part of a split took are not left behind.</summary>
    [Test]
    public void What_a_finished_mapping_takes_is_not_noted_as_left_behind()
    {
        var sample = new Sample { Mapping = Sample.Map("legacy/shop", "nonprod/shop") with { Include = new Selection { Tables = ["public.customers"] } } };
        var kept = Done(sample.Manifest, sample.Plan());
        var grown = sample with
        {
            MoreMappings = [Sample.Map("legacy/shop", "nonprod/orders", 1) with
            {
                Include = new Selection { Tables = ["public.orders"] },
                CrossBoundaryForeignKeys = CrossBoundaryForeignKeys.Drop,
            }],
            MoreTargets = [Sample.Absent("nonprod", "orders")],
        };
        Assert.That(sample.Plan().Notes.Select(note => note.Subject), Does.Contain("legacy/shop: public.orders"), "a test of the test");
        var (plan, findings) = Planner.Plan(grown.Manifest, grown.Facts, kept: kept);
        Assert.That(plan, Is.Not.Null, string.Join('\n', findings));
        Assert.That(plan!.Notes.Where(note => note.Subject.StartsWith("legacy/shop: public.", StringComparison.Ordinal)), Is.Empty);
        Assert.That(plan.Databases[0], Is.EqualTo(sample.Plan().Databases[0]).Using<PlannedDatabase>((left, right) => left.Digest == right.Digest));
    }

    [Test]
    public void Instances_that_were_moved_stay_moved_wherever_their_move_stands_and_whether_or_not_their_source_is_there()
    {
        var plan = Plan([First with { Path = "instances[0]" }], KeptWork.None, InstanceSample.Of("env-a", 0), InstanceSample.Of("env-b", 0));
        var grown = Manifest(Second with { Path = "instances[0]" }, First with { Path = "instances[1]" });
        var kept = Done(grown, plan);

        var next =
            Planner.Plan(grown, Facts(InstanceSample.Of("other-x", 0), InstanceSample.Of("env-b", 1), InstanceSample.Of("env-new", 1)), kept: kept).Plan!;

        Assert.That(next.Steps.Select(step => step.Database).Distinct(), Is.EquivalentTo(new[]
        {
            "eu-west-1/env-a-migrated", "eu-west-1/env-b-migrated", "eu-west-1/env-new-migrated", "eu-north-1/other-x-migrated",
        }));
        Assert.That(kept.Steps.Select(step => step.Database).Distinct(), Is.EquivalentTo(new[] { "eu-west-1/env-a-migrated", "eu-west-1/env-b-migrated" }));
        Assert.That(kept.Steps.OfType<MigrationPlans.Planning.Steps.InstanceStep>().Select(step => step.Move), Is.All.EqualTo("instances[1]"));
    }

    [Test]
    public void A_move_to_a_name_that_a_finished_one_has_taken_is_refused_as_in_a_new_manifest()
    {
        var plan = Plan([First with { Path = "instances[0]" }], KeptWork.None, InstanceSample.Of("env-a", 0));
        var second = First with { Path = "instances[1]", From = First.From with { Region = "us-east-1" } };
        var grown = Manifest(First with { Path = "instances[0]" }, second);
        foreach (var kept in new[] { KeptWork.None, Done(grown, plan) })
        {
            var (none, findings) = Planner.Plan(grown, Facts(InstanceSample.Of("env-a", 0), InstanceSample.Of("env-a", 1)), kept: kept);
            Assert.That(none, Is.Null);
            Assert.That(findings.Single().Code, Is.EqualTo("MP3602"));
            Assert.That(
                findings.Single().Message,
                Is.EqualTo("`eu-central-1/111111111111/env-a` and `us-east-1/111111111111/env-a` would both become `env-a-migrated`"));
        }
    }

    [Test]
    public void A_move_that_has_moved_all_that_it_picked_may_pick_nothing_any_more()
    {
        var plan = Plan([First with { Path = "instances[0]" }], KeptWork.None, InstanceSample.Of("env-a", 0));
        var grown = Manifest(First with { Path = "instances[0]" }, Second with { Path = "instances[1]" });
        Assert.That(Planner.Plan(grown, Facts(InstanceSample.Of("other-x", 1)), kept: Done(grown, plan)).Diagnostics, Is.Empty);
    }

    [Test]
    public void A_move_that_was_changed_is_planned_anew()
    {
        var plan = Plan([First with { Path = "instances[0]" }], KeptWork.None, InstanceSample.Of("env-a", 0));
        var changed = Manifest(First with { Path = "instances[0]", To = First.To with { InstanceClass = "db.r6g.large" } });
        Assert.That(Done(changed, plan).Steps, Is.Empty);
        var otherRole = Manifest(First with { Path = "instances[0]", From = First.From with { RoleArn = "arn:aws:iam::111111111111:role/b" } });
        var move = First with { Path = "instances[0]", From = First.From with { RoleArn = "arn:aws:iam::111111111111:role/a" } };
        Assert.That(Done(otherRole, Plan([move], KeptWork.None, InstanceSample.Of("env-a", 0))).Steps, Is.Not.Empty);
    }

    [Test]
    public void Only_what_a_finished_move_moves_from_need_not_be_asked_any_more()
    {
        var plan = Plan([First with { Path = "instances[0]" }], KeptWork.None, InstanceSample.Of("env-a", 0));
        var grown = Manifest(Second with { Path = "instances[0]" }, First with { Path = "instances[1]" });
        var kept = Done(grown, plan);

        var left = Facts(InstanceSample.Of("other-x", 0)) with { Diagnostics = [Refused("instances[1].from")] };
        var (next, findings) = Planner.Plan(grown, left, kept: kept);
        Assert.That(next!.Steps.Select(step => step.Database).Distinct(), Is.EquivalentTo(new[] { "eu-west-1/env-a-migrated", "eu-north-1/other-x-migrated" }));
        Assert.That(findings.Single(), Has.Property("Code").EqualTo("MP3616").And.Property("Subject").EqualTo("instances[1].from"));
        Assert.That(findings.Single().Message, Does.EndWith($": {Refused("instances[1].from").Message}"));

        foreach (var needed in (string[])["instances[1].to", "instances[0].from"])
        {
            var (none, refusal) = Planner.Plan(grown, left with { Diagnostics = [Refused(needed)] }, kept: kept);
            Assert.That(none, Is.Null, needed);
            Assert.That(refusal, Does.Contain(Refused(needed)), needed);
        }
    }

    private static Diagnostic Refused(string subject) => AwsDiagnostics.CredentialsExpired(subject, "ExpiredToken");

    private static KeptWork Done(MigrationManifest manifest, MigrationPlan plan) => KeptWork.Of(manifest, plan, [.. plan.Steps.Select(step => step.Id)], []);

    private static MigrationPlan Plan(ImmutableArray<InstanceMove> moves, KeptWork kept, params ImmutableArray<InstanceFacts> instances) =>
        Planner.Plan(Manifest([.. moves]), Facts([.. instances]), kept: kept).Plan!;

    private static MigrationManifest Manifest(params ImmutableArray<InstanceMove> moves) =>
        new() { File = "m", Name = "sample", Digest = "", Instances = moves };

    private static InspectedFacts Facts(params ImmutableArray<InstanceFacts> instances) => new() { Instances = instances };

    private static InstanceMove Move(string region, string pattern) => new()
    {
        Path = "",
        From = new InstanceMoveSource { Region = "eu-central-1", Match = new InstanceMatch { Identifiers = [pattern] } },
        To = new InstanceMoveTarget { Region = region },
    };
}
