using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

/// <summary>Storage of RDS targets against all that comes to them.</summary>
public sealed class PlannerStorageTests
{
    private const long Gib = 1L << 30;

    private readonly Sample sample = new();

    [Test]
    public void What_fits_is_no_finding() => Assert.That(Facing(allocated: 100, used: 60, coming: 30).Codes(), Is.Empty);

    [Test]
    public void What_can_not_fit_is_an_error_that_adds_up_and_names_the_way_out()
    {
        var found = Finding(Facing(allocated: 100, used: 60, coming: 41));
        Assert.That(found.Code, Is.EqualTo("MP4061"));
        Assert.That(found.Message, Is.EqualTo("instance `nonprod-shared` has 100 GiB, and needs 101 GiB"));
        Assert.That(found.Detail, Is.EqualTo("on it 60 GiB + to come 41 GiB (`nonprod/shop` 41 GiB) + write-ahead log up to 1 GiB"));
        Assert.That(found.Help, Does.Contain("--allocated-storage 113"));
    }

    [Test]
    public void What_fits_only_with_autoscaling_is_a_warning()
    {
        var found = Finding(Facing(allocated: 100, used: 60, coming: 41, limit: 200));
        Assert.That(found.Code, Is.EqualTo("MP4062"));
        Assert.That(found.Message, Does.Contain("autoscaling up to 200 GiB"));
    }

    [Test]
    public void What_autoscaling_can_not_reach_either_is_an_error() =>
        Assert.That(Facing(allocated: 100, used: 60, coming: 141, limit: 200).Codes(), Is.EqualTo((string[])["MP4061"]));

    [Test]
    public void What_leaves_no_room_for_the_log_is_a_warning() =>
        Assert.That(Facing(allocated: 100, used: 60, coming: 40).Codes(), Is.EqualTo((string[])["MP4062"]));

    [Test]
    public void Indexes_and_large_objects_count()
    {
        var facing = Facing(allocated: 100, used: 60, coming: 20);
        var heavy = facing with
        {
            Source = facing.Source with
            {
                Relations = [facing.Source.Relations[0] with { IndexBytes = 15 * Gib }],
                LargeObjects = 3,
                LargeObjectBytes = 6 * Gib,
            },
        };
        Assert.That(Finding(heavy).Message, Does.Contain("needs 101 GiB"));
    }

    [Test]
    public void All_mappings_to_an_instance_count_together()
    {
        var facing = Facing(allocated: 100, used: 60, coming: 25);
        var both = facing with
        {
            MoreMappings = [Sample.Map("legacy/shop", "nonprod/second", 1)],
            MoreTargets = [Sample.Absent("nonprod", "second")],
        };
        Assert.That(Finding(both).Detail, Does.Contain("to come 50 GiB"));
    }

    [Test]
    public void What_a_run_before_this_one_left_is_not_counted_twice()
    {
        var facing = Facing(allocated: 100, used: 60, coming: 60) with { Target = Sample.Occupied("nonprod", "shop", ledger: "sample") };
        var resumed = facing with
        {
            TargetServer = facing.TargetServer with
            {
                DatabaseBytes = facing.TargetServer.DatabaseBytes.Add("shop", 30 * Gib),
                Rds = facing.TargetServer.Rds! with { AllocatedBytes = 125 * Gib },
            },
        };
        Assert.That(resumed.Codes(), Is.Empty);
    }

    [Test]
    public void Databases_whose_size_can_not_be_seen_are_told()
    {
        var facing = Facing(allocated: 100, used: 60, coming: 41);
        var hidden = facing with { TargetServer = facing.TargetServer with { DatabaseBytes = facing.TargetServer.DatabaseBytes.Add("closed", null) } };
        Assert.That(Finding(hidden).Detail, Does.Contain("and 1 database whose size this login may not see"));
    }

    [Test]
    public void A_server_that_is_no_RDS_instance_has_no_known_storage()
    {
        var facing = Facing(allocated: 100, used: 60, coming: 500);
        Assert.That((facing with { TargetServer = facing.TargetServer with { Rds = null } }).Codes(), Is.Empty);
    }

    private Sample Facing(int allocated, int used, int coming, int? limit = null) => sample with
    {
        Source = sample.Source with { Relations = [Sample.Table("public", "customers", coming * Gib)], ForeignKeys = [] },
        TargetServer = sample.TargetServer with
        {
            Rds = new RdsFacts
            {
                Instance = "nonprod-shared",
                Region = "us-east-1",
                Account = "333333333333",
                AllocatedBytes = allocated * Gib,
                LimitBytes = limit * Gib,
            },
            DatabaseBytes = ImmutableSortedDictionary<string, long?>.Empty.Add("other", used * Gib),
            Parameters = new ServerParameters { MaxWalBytes = Gib },
        },
    };

    private static Diagnostic Finding(Sample bent) => Planner.Plan(bent.Manifest, bent.Facts).Diagnostics.Single();
}
