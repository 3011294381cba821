using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

/// <summary>What the target's version takes otherwise than the source's.</summary>
public sealed class PlannerVersionsTests
{
    private static readonly OutdatedObject View = new(17, "view", "public", "load", "public.load") { Reason = "it reads pg_stat_bgwriter.buffers_backend" };

    private static readonly OutdatedObject BlindKey = new(18, OutdatedObject.ForeignKey, "public", "orders", "orders_customer of public.orders")
    {
        Reason = "customer has the collation blind, and what it refers to default",
    };

    private readonly Sample sample = new();

    [TestCase(13, 14, ExpectedResult = "MP4111")]
    [TestCase(13, 13, ExpectedResult = "")]
    [TestCase(14, 16, ExpectedResult = "")]
    public string An_aggregate_over_a_former_signature_is_refused(int source, int target) =>
        Codes(source, target, new OutdatedObject(14, "aggregate", "public", null, "public.collect(anyelement)"));

    [TestCase(17, 18, ExpectedResult = "MP4112")]
    [TestCase(17, 17, ExpectedResult = "")]
    [TestCase(18, 18, ExpectedResult = "")]
    public string A_column_that_only_its_parent_makes_not_null_is_refused(int source, int target) =>
        Codes(source, target, new OutdatedObject(18, "column", "public", "orders", "amount of public.orders"));

    [TestCase(15, 16, ExpectedResult = "MP4140")]
    [TestCase(15, 15, ExpectedResult = "")]
    [TestCase(16, 18, ExpectedResult = "")]
    public string A_generated_column_that_inherits_from_a_plain_one_is_refused(int source, int target) =>
        Codes(source, target, new OutdatedObject(16, "generated column", "public", "orders", "amount of public.orders"));

    [Test]
    public void A_generated_column_becomes_a_plain_one_only_off_its_parent() =>
        Assert.That(
            VersionDiagnostics.GeneratedAlone("x", "amount of public.orders", 16, null).Help,
            Does.StartWith("on the source, take the table off its parent (NO INHERIT, DETACH PARTITION)"));

    [TestCase(13, 14, ExpectedResult = "MP4175")]
    [TestCase(13, 13, ExpectedResult = "")]
    public string An_expression_that_is_not_immutable_any_more_is_refused(int source, int target) =>
        Codes(source, target, new OutdatedObject(14, OutdatedObject.Expression, "public", "orders", "index i of public.orders") { Reason = "it makes text of an interval" });

    [TestCase(16, 17, ExpectedResult = "MP4168")]
    [TestCase(16, 16, ExpectedResult = "")]
    [TestCase(17, 18, ExpectedResult = "")]
    public string A_view_of_what_is_gone_is_refused(int source, int target) => Codes(source, target, View);

    [TestCase(15, 18, ExpectedResult = "MP4182")]
    [TestCase(15, 17, ExpectedResult = "")]
    [TestCase(18, 18, ExpectedResult = "")]
    public string A_foreign_key_over_collations_that_do_not_agree_is_refused(int source, int target) => Codes(source, target, BlindKey);

    [Test]
    public void A_foreign_key_that_is_dropped_needs_no_collations()
    {
        var dropped = sample with
        {
            Mapping = sample.Mapping with
            {
                Exclude = new Selection { Tables = ["public.customers"] },
                CrossBoundaryForeignKeys = CrossBoundaryForeignKeys.Drop,
            },
        };
        Assert.That(Codes(dropped, 15, 18, BlindKey), Is.Empty);
    }

    [Test]
    public void A_view_of_what_is_gone_is_named_with_what_it_reads()
    {
        var versions = sample with
        {
            SourceServer = sample.SourceServer with { VersionNumber = 160000 },
            TargetServer = sample.TargetServer with { VersionNumber = 180000 },
            Source = sample.Source with { Outdated = [View] },
        };
        var found = Planner.Plan(versions.Manifest, versions.Facts).Diagnostics.Single(finding => finding.Code == "MP4168");
        Assert.That(found.Message, Is.EqualTo("view public.load can't be created by PostgreSQL 17 and newer: it reads pg_stat_bgwriter.buffers_backend"));
    }

    [Test]
    public void A_setting_that_the_target_has_no_parameter_for_is_said_to_stay_behind()
    {
        var versions = sample with
        {
            SourceServer = sample.SourceServer with { VersionNumber = 130000 },
            TargetServer = sample.TargetServer with { VersionNumber = 140000 },
            Source = sample.Source with { Outdated = [new OutdatedObject(14, OutdatedObject.Setting, null, null, "operator_precedence_warning of app")] },
        };
        Assert.That(versions.Codes(), Has.None.EqualTo("MP4168"));
        Assert.That(
            versions.Plan().Databases.Single().Notes.Single(note => note.Subject == "setting operator_precedence_warning of app").Reason,
            Is.EqualTo("PostgreSQL 14 and newer have no such parameter"));
        Assert.That(
            (versions with { TargetServer = versions.SourceServer with { Name = versions.TargetServer.Name, Role = versions.TargetServer.Role } })
                .Plan()
                .Databases.Single()
                .Notes.Select(note => note.Subject),
            Has.None.StartsWith("setting "));
    }

    [TestCase("public.*", ExpectedResult = "MP4143")]
    [TestCase("public.orders", ExpectedResult = "")]
    public string An_identity_column_of_a_partition_is_refused_with_its_root(string picked)
    {
        var orders = new RelationFacts
        {
            Schema = "public",
            Name = "orders",
            Kind = RelationKind.Table,
            Owner = "shop_owner",
            PartitionOf = new TableIdentity("public", "customers"),
        };
        var partition = sample with
        {
            Mapping = sample.Mapping with { Include = new Selection { Tables = [picked] } },
            Source = sample.Source with { Relations = [sample.Source.Relations[0] with { Kind = RelationKind.PartitionedTable }, orders], ForeignKeys = [] },
        };
        return Codes(partition, 16, 17, new OutdatedObject(17, "identity column", "public", "orders", "id of public.orders"));
    }

    [TestCase(false, "public.orders", ExpectedResult = "MP4142")]
    [TestCase(false, "public.customers", ExpectedResult = "")]
    [TestCase(true, "public.orders", ExpectedResult = "")]
    public string Columns_that_ask_for_lz4_are_refused_where_the_server_has_none(bool hasLz4, string picked) => string.Join(' ', (sample with
    {
        Mapping = sample.Mapping with { Include = new Selection { Tables = [picked] } },
        TargetServer = sample.TargetServer with { Parameters = new ServerParameters { HasLz4 = hasLz4 } },
        Source = sample.Source with { CompressedColumns = [new CompressedColumn("public", "orders", "note")], ForeignKeys = [] },
    }).Codes().Where(code => code is "MP4142"));

    [Test]
    public void What_stays_behind_is_not_spoken_of()
    {
        var left = sample with { Mapping = sample.Mapping with { Exclude = new Selection { Tables = ["public.orders"] } } };
        Assert.That(Codes(left, 17, 18, new OutdatedObject(18, "column", "public", "orders", "amount of public.orders")), Is.Empty);
    }

    private string Codes(int source, int target, OutdatedObject item) => Codes(sample, source, target, item);

    private static string Codes(Sample sample, int source, int target, OutdatedObject item) => string.Join(' ', (sample with
    {
        SourceServer = sample.SourceServer with { VersionNumber = source * 10000 },
        TargetServer = sample.TargetServer with { VersionNumber = target * 10000 },
        Source = sample.Source with { Outdated = [item] },
    }).Codes().Where(code => code is "MP4111" or "MP4112" or "MP4140" or "MP4143" or "MP4168" or "MP4175" or "MP4182"));
}
