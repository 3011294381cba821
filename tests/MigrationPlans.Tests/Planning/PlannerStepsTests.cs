using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class PlannerStepsTests
{
    [Test]
    public void A_stream_mapping_gets_every_step_kind_in_order()
    {
        var sample = new Sample();
        sample = sample with { Mapping = sample.Mapping with { Fence = Fence.ReadOnly } };
        Assert.That(
            sample.Plan().Steps.Select(step => step.Kind),
            Is.EqualTo((string[])[
                "preflight", "create-roles", "fence-source", "create-database", "restore-schema", "copy-data", "restore-constraints",
                "set-sequences", "refresh-views", "apply-settings", "analyze", "verify"]));
    }

    [Test]
    public void Every_step_waits_directly_or_not_for_the_preflight_and_verify_waits_for_all()
    {
        var plan = new Sample().Plan();
        var steps = plan.Steps.ToDictionary(step => step.Id);
        Assert.That(Reached("nonprod/shop:verify").Order(), Is.EqualTo(steps.Keys.Order()));
        Assert.That(plan.Steps.Skip(1), Has.All.Property(nameof(Step.DependsOn)).Not.Empty);

        HashSet<string> Reached(string id) => [id, .. steps[id].DependsOn.SelectMany(Reached)];
    }

    [Test]
    public void The_source_is_fenced_only_when_the_mapping_says_so()
    {
        Assert.That(new Sample().Plan().Steps.OfType<FenceSourceStep>(), Is.Empty);
    }

    [Test]
    public void No_step_depends_on_another_mapping_so_one_failure_stops_nobody_else()
    {
        var sample = new Sample
        {
            MoreMappings = [Sample.Map("legacy/shop", "nonprod/copy", 1)],
            MoreTargets = [Sample.Absent("nonprod", "copy")],
        };
        Assert.That(
            sample.Plan().Steps.SelectMany(step => step.DependsOn, (step, id) => id.StartsWith($"{step.Database}:", StringComparison.Ordinal)),
            Has.All.True);
    }

    [Test]
    public void The_verify_step_is_there_at_level_none_too_because_it_removes_the_ledger()
    {
        var sample = new Sample();
        sample = sample with { Mapping = sample.Mapping with { Verify = VerificationLevel.None } };
        Assert.That(sample.Plan().Steps.OfType<VerifyStep>().Single().Level, Is.EqualTo(VerificationLevel.None));
    }

    [Test]
    public void Without_statistics_nothing_is_analyzed_and_the_plan_says_what_that_means()
    {
        var sample = new Sample();
        var plan = (sample with { Mapping = sample.Mapping with { Statistics = StatisticsPolicy.None } }).Plan();
        Assert.That(plan.Steps.OfType<AnalyzeStep>(), Is.Empty);
        Assert.That(plan.Steps.OfType<VerifyStep>().Single().DependsOn, Is.EqualTo((string[])["nonprod/shop:apply-settings"]));
        Assert.That(plan.Databases.Single().Notes.Select(note => note.Reason), Has.One.Contains("statistics: none"));
    }

    [TestCase(180000, false)]
    [TestCase(170004, true)]
    public void Statistics_that_the_target_can_not_be_told_are_a_risk(int version, bool isRisk)
    {
        var sample = new Sample();
        sample = sample with
        {
            Mapping = sample.Mapping with { Statistics = StatisticsPolicy.Copy },
            TargetServer = sample.TargetServer with { VersionNumber = version },
        };
        var plan = sample.Plan();
        Assert.That(plan.Steps.OfType<AnalyzeStep>().Count(), Is.EqualTo(1));
        Assert.That(plan.Databases.Single().Notes.Any(note => note.Reason.Contains("statistics: copy", StringComparison.Ordinal)), Is.EqualTo(isRisk));
    }

    [Test]
    public void Offline_inputs_that_need_a_server_are_absent()
    {
        var (plan, diagnostics) = Planner.Plan(new Sample().Manifest, null);
        Assert.That(diagnostics, Is.Empty);
        Assert.That(plan!.Mode, Is.EqualTo(PlanMode.Offline));
        Assert.That(plan.Databases.Single().Tables, Is.Null);
        Assert.That(plan.Steps.OfType<CreateRolesStep>().Single().Roles, Is.Null);
        Assert.That(plan.Steps.OfType<CreateDatabaseStep>().Single().Settings, Is.Null);
    }

    [Test]
    public void An_archive_mapping_shares_all_but_the_middle()
    {
        var sample = new Sample();
        sample = sample with
        {
            Mapping = sample.Mapping with
            {
                Strategy = Strategy.Archive,
                Fence = Fence.ReadOnly,
                Archive = new ArchiveSettings { Format = ArchiveFormat.Custom, Compression = "gzip:1", Keep = true },
            },
        };
        var plan = sample.Plan();
        Assert.That(
            plan.Steps.Select(step => step.Kind),
            Is.EqualTo((string[])[
                "preflight",
                "create-roles",
                "fence-source",
                "create-database",
                "dump-archive",
                "restore-archive",
                "refresh-views",
                "apply-settings",
                "analyze",
                "verify",
            ]));
        Assert.That(
            plan.Steps.OfType<DumpArchiveStep>().Single(),
            Has.Property("Format").EqualTo(ArchiveFormat.Custom).And.Property("Compression").EqualTo("gzip:1").And.Property("IsReversible").True);
        Assert.That(plan.Steps.OfType<RestoreArchiveStep>().Single().Keeps);
        Assert.That(plan.Databases.Single().Notes.Select(note => note.Kind), Has.None.EqualTo(PlanNoteKind.NotYet));
    }

    [Test]
    public void An_archive_of_a_database_with_foreign_servers_holds_passwords_and_the_plan_says_so()
    {
        var sample = new Sample();
        sample = sample with { Mapping = sample.Mapping with { Strategy = Strategy.Archive }, Source = sample.Source with { ForeignServers = ["warehouse"] } };
        Assert.That(sample.Plan().Databases.Single().Notes.Single(note => note.Subject == "archive").Reason, Does.Contain("warehouse"));
    }

    [Test]
    public void A_strategy_for_later_is_listed_without_steps_and_says_so()
    {
        var sample = new Sample();
        var (plan, _) = Planner.Plan((sample with { Mapping = sample.Mapping with { Strategy = Strategy.Replicate } }).Manifest, null);
        Assert.That(plan!.Steps, Is.Empty);
        Assert.That(plan.Databases.Single().Notes.Single().Kind, Is.EqualTo(PlanNoteKind.NotYet));
    }

    [Test]
    public void Rds_endpoints_and_instance_moves_are_listed_offline()
    {
        var manifest = new Sample().Manifest;
        var (plan, _) = Planner.Plan(
            manifest with
            {
                Sources = [manifest.Sources[0] with
                {
                    Postgres = null,
                    Rds = new RdsInstance { Instance = "old", Region = "eu-west-1", ExternalId = "between-us" },
                }],
                Instances =
                [
                    new InstanceMove
                    {
                        Path = "instances[0]",
                        From = new InstanceMoveSource
                        {
                            Region = "eu-central-1",
                            ExternalId = "between-us",
                            Match = new InstanceMatch { Identifiers = ["env-*"] },
                        },
                        To = new InstanceMoveTarget { Region = "eu-west-1" },
                    },
                ],
            },
            null);
        Assert.That(plan!.Endpoints[0].Location, Is.EqualTo("rds:eu-west-1/old"));
        Assert.That(plan.Instances.Single().Match.Identifiers, Is.EqualTo((string[])["env-*"]));
        Assert.That(PlanDocument.Write(plan), Does.Not.Contain("between-us"));
    }
}
