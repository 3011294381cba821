using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

/// <summary>Endpoints whose texts differ and whose server is the same.</summary>
public sealed class PlannerSameDatabaseTests
{
    private static readonly ServerIdentity One = new("7301", 1_000_000);

    private readonly Sample sample = new();

    [Test]
    public void A_target_that_is_the_source_under_another_name_is_refused()
    {
        var replace = sample with { Mapping = sample.Mapping with { OnExisting = OnExisting.Replace }, Target = Sample.Occupied("nonprod", "shop") };
        Assert.That(CodesOf(replace, One), Is.EqualTo((string[])["MP4017"]));
        Assert.That(CodesOf(sample, One), Is.EqualTo((string[])["MP4017"]));
        Assert.That(
            CodesOf(sample with { Target = Sample.Occupied("nonprod", "shop") }, One),
            Is.EqualTo((string[])["MP4017"]),
            "nobody is told to empty the source");
        var renamed = sample with { Mapping = Sample.Map("legacy/shop", "nonprod/shop2"), Target = Sample.Absent("nonprod", "shop2") };
        Assert.That(CodesOf(renamed, One), Is.Empty);
    }

    [Test]
    public void A_physical_copy_is_another_server_and_so_is_one_that_was_started_at_the_same_moment()
    {
        Assert.That(CodesOf(sample, One with { StartedAt = 1_000_001 }), Is.Empty);
        Assert.That(CodesOf(sample, One with { SystemIdentifier = "7302" }), Is.Empty);
    }

    [Test]
    public void A_primary_is_not_replaced_from_its_replica_and_neither_is_a_copy_of_it()
    {
        var replica = sample.SourceServer with { Identity = One with { IsReplica = true } };
        var replace = sample with
        {
            Mapping = sample.Mapping with { OnExisting = OnExisting.Replace },
            Target = Sample.Occupied("nonprod", "shop"),
            SourceServer = replica,
        };
        Assert.That(CodesBetween(replace, One with { StartedAt = 5 }), Is.EqualTo((string[])["MP4020"]));
        Assert.That(CodesBetween(replace, One with { StartedAt = 5, SystemIdentifier = "7302" }), Is.Empty);
        Assert.That(CodesBetween(replace, One with { StartedAt = 5, SystemIdentifier = null }), Is.Empty);
        Assert.That(CodesBetween(sample with { SourceServer = replica }, One with { StartedAt = 5 }), Is.Empty);
    }

    [Test]
    public void Where_a_login_may_not_ask_for_the_identifier_the_start_decides()
    {
        Assert.That(CodesOf(sample, One with { SystemIdentifier = null }), Is.EqualTo((string[])["MP4017"]));
        Assert.That(CodesOf(sample, new ServerIdentity(null, 1_000_001)), Is.Empty);
    }

    [Test]
    public void A_target_that_another_mapping_reads_is_refused()
    {
        var chain = sample with
        {
            Mapping = Sample.Map("legacy/shop", "nonprod/billing"),
            MoreMappings = [Sample.Map("legacy/billing", "nonprod/shop2", 1)],
            Target = Sample.Absent("nonprod", "billing"),
            MoreTargets = [sample.Source with { Address = new DatabaseAddress("legacy", "billing") }, Sample.Absent("nonprod", "shop2")],
        };
        Assert.That(CodesOf(chain, One), Is.EqualTo((string[])["MP4017"]));
        Assert.That(CodesOf(chain, new ServerIdentity("7302", 2)), Is.Empty);
    }

    [Test]
    public void One_database_that_two_endpoints_lead_to_is_filled_by_one_mapping_only()
    {
        var twins = sample with { MoreMappings = [Sample.Map("legacy/shop", "twin/shop", 1)], MoreTargets = [Sample.Absent("twin", "shop")] };
        Assert.That(WithTwin(twins, One), Is.EqualTo((string[])["MP4018"]));
        Assert.That(WithTwin(twins, new ServerIdentity("7302", 2)), Is.Empty);
    }

    /// <summary>The ledger in it is this plan's.</summary>
    [Test]
    public void One_that_another_mapping_of_the_run_has_begun_to_fill_is_refused()
    {
        var begun = sample with
        {
            TargetServer = sample.TargetServer with { Identity = One },
            Target = Sample.Occupied("nonprod", "shop") with { LedgerPlan = sample.Manifest.Name },
        };
        Assert.That(CodesAfter(new FilledDatabase("twin", null, "shop", One.SystemIdentifier)), Is.EqualTo((string[])["MP4018"]));
        Assert.That(CodesAfter(new FilledDatabase("nonprod", null, "shop", One.SystemIdentifier)), Is.Empty);
        Assert.That(CodesAfter(new FilledDatabase("twin", null, "other", One.SystemIdentifier)), Is.Empty);

        IEnumerable<string> CodesAfter(FilledDatabase filled) =>
            Planner.Plan(begun.Manifest, begun.Facts, kept: KeptWork.Of(begun.Manifest, before: null, [], [filled]))
                .Diagnostics.Select(finding => finding.Code);
    }

    private static IEnumerable<string> CodesOf(Sample sample, ServerIdentity target) =>
        CodesBetween(sample with { SourceServer = sample.SourceServer with { Identity = One } }, target);

    private static IEnumerable<string> CodesBetween(Sample sample, ServerIdentity target) =>
        (sample with { TargetServer = sample.TargetServer with { Identity = target } }).Codes();

    private static IEnumerable<string> WithTwin(Sample sample, ServerIdentity twin)
    {
        var manifest = sample.Manifest with { Targets = [.. sample.Manifest.Targets, Sample.Server("twin", EndpointRole.Target, 5434)] };
        ImmutableArray<EndpointFacts> endpoints =
        [
            sample.SourceServer, sample.TargetServer with { Identity = One }, sample.TargetServer with { Name = "twin", Identity = twin },
        ];
        return Planner.Plan(manifest, sample.Facts with { Endpoints = endpoints }).Diagnostics.Select(diagnostic => diagnostic.Code);
    }
}
