using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class PlanComparisonTests
{
    private readonly Sample sample = new();

    [Test]
    public void Equal_plans_have_no_differences() => Assert.That(Compare(sample), Is.Empty);

    [Test]
    public void Estimates_do_not_matter() =>
        Assert.That(
            Compare(sample with { Source = sample.Source with { Relations = [.. sample.Source.Relations.Select(table => table with { Bytes = 1 })] } }),
            Is.Empty);

    [Test]
    public void New_and_gone_tables_are_named() =>
        Assert.That(
            Compare(sample with
            {
                Source = sample.Source with { Relations = [Sample.Table("public", "customers"), Sample.Table("public", "returns")], ForeignKeys = [] },
            }),
            Is.EqualTo((string[])["database nonprod/shop: tables no longer list public.orders", "database nonprod/shop: tables now list public.returns"]));

    [Test]
    public void A_newer_server_is_named() =>
        Assert.That(
            Compare(sample with { TargetServer = sample.TargetServer with { VersionNumber = 160001 } }),
            Does.Contain("endpoint target nonprod: major version was `15`, is now `16`"));

    [Test]
    public void A_role_that_appeared_on_the_target_is_named() =>
        Assert.That(
            Compare(sample with { TargetServer = sample.TargetServer with { Roles = [new RoleFacts { Name = "shop_owner" }] } }),
            Does.Contain("step nonprod/shop:create-roles: roles no longer list shop_owner"));

    [Test]
    public void Another_manifest_is_named_and_so_is_another_plan()
    {
        var fresh = Planner.Plan(sample.Manifest with { Digest = new string('e', 64) }, sample.Facts).Plan!;
        Assert.That(PlanComparison.Compare(sample.Plan(), fresh), Is.EqualTo((string[])["the manifest has changed since"]));
        var other = Planner.Plan(sample.Manifest with { Name = "other" }, sample.Facts).Plan!;
        Assert.That(PlanComparison.Compare(sample.Plan(), other).Single(), Does.Contain("`other`"));
    }

    [Test]
    public void A_plan_made_offline_is_held_to_the_manifest_only()
    {
        var offline = Planner.Plan(sample.Manifest, null).Plan!;
        Assert.That(PlanComparison.Compare(offline, sample.Plan()), Is.Empty);
        var changed = Planner.Plan(sample.Manifest with { Digest = new string('e', 64) }, sample.Facts).Plan!;
        Assert.That(PlanComparison.Compare(offline, changed), Is.EqualTo((string[])["the manifest has changed since"]));
    }

    [Test]
    public void Whenever_digests_differ_there_are_words_for_it()
    {
        Sample[] bent =
        [
            sample with { Mapping = sample.Mapping with { Fence = Fence.ReadOnly } },
            sample with { Mapping = sample.Mapping with { Verify = VerificationLevel.Checksums } },
            sample with { Source = sample.Source with { Settings = Sample.Settings("shop", "postgres") } },
            sample with { Source = sample.Source with { Extensions = [new ExtensionFacts("pgcrypto", "1.3", "public")] } },
            sample with { Source = sample.Source with { Publications = ["p"] } },
            sample with { SourceServer = sample.SourceServer with { Roles = [new RoleFacts { Name = "shop_owner", CanLogin = true }] } },
            sample with { SourceServer = sample.SourceServer with { Roles = [new RoleFacts { Name = "shop_owner", Settings = ["a=b"] }] } },
        ];
        foreach (var other in bent)
        {
            Assert.That(other.Plan().Digest, Is.Not.EqualTo(sample.Plan().Digest));
            Assert.That(Compare(other), Is.Not.Empty);
        }
    }

    private IEnumerable<string> Compare(Sample fresh) => PlanComparison.Compare(sample.Plan(), fresh.Plan());
}
