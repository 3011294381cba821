using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class PlannerChecksTests
{
    private readonly Sample sample = new();

    [Test]
    public void A_sound_mapping_has_no_findings() => Assert.That(sample.Codes(), Is.Empty);

    [Test]
    public void A_missing_source_is_an_error_that_suggests_the_nearest_name()
    {
        var bent = sample with
        {
            Mapping = Sample.Map("legacy/shops", "nonprod/shop"),
            Source = new DatabaseFacts { Role = EndpointRole.Source, Address = Sample.Address("legacy/shops"), Exists = false },
        };
        var (plan, diagnostics) = Planner.Plan(bent.Manifest, bent.Facts);
        Assert.That(plan, Is.Null);
        Assert.That(diagnostics.Single().Code, Is.EqualTo("MP4001"));
        Assert.That(diagnostics.Single().Help, Does.Contain("`shop`"));
    }

    [Test]
    public void A_target_that_holds_something_is_refused() =>
        Assert.That((sample with { Target = Sample.Occupied("nonprod", "shop") }).Codes(), Is.EqualTo((string[])["MP4002"]));

    [Test]
    public void A_target_with_our_own_ledger_is_resumed_and_not_replaced()
    {
        var resumed = sample with
        {
            Target = Sample.Occupied("nonprod", "shop", ledger: "sample"),
            Mapping = sample.Mapping with { OnExisting = OnExisting.Replace },
        };
        Assert.That(resumed.Plan().Steps.OfType<CreateDatabaseStep>().Single().Replaces, Is.False);
    }

    [TestCase(OnExisting.Fail)]
    [TestCase(OnExisting.Replace)]
    public void A_target_with_another_plans_ledger_is_refused_whatever_the_mapping_says(OnExisting onExisting)
    {
        var foreign = sample with
        {
            Target = Sample.Occupied("nonprod", "shop", ledger: "other"),
            Mapping = sample.Mapping with { OnExisting = onExisting },
        };
        Assert.That(foreign.Codes(), Does.Contain("MP4003"));
    }

    [Test]
    public void Replacing_is_destructive_noted_and_not_reversible()
    {
        var replacing = sample with
        {
            Target = Sample.Occupied("nonprod", "shop"),
            Mapping = sample.Mapping with { OnExisting = OnExisting.Replace },
        };
        var plan = replacing.Plan();
        var step = plan.Steps.OfType<CreateDatabaseStep>().Single();
        Assert.That((step.Replaces, step.Risk, step.IsReversible), Is.EqualTo((true, StepRisk.Destructive, false)));
        Assert.That(plan.Databases.Single().Notes.Select(note => note.Reason), Has.Some.Contains("dropped first"));
    }

    [Test]
    public void An_older_target_is_refused() =>
        Assert.That((sample with { TargetServer = sample.TargetServer with { VersionNumber = 140012 } }).Codes(), Is.EqualTo((string[])["MP4004"]));

    [Test]
    public void A_database_without_facts_is_refused_and_the_inspections_findings_come_first()
    {
        var blind = sample with { Target = Sample.Absent("elsewhere", "shop") };
        Assert.That(blind.Codes(), Is.EqualTo((string[])["MP4005"]));
        Assert.That((blind with { Findings = [InspectionDiagnostics.PasswordVariableMissing("nonprod", "X")] }).Codes(), Is.EqualTo((string[])["MP3001"]));
    }

    [Test]
    public void A_source_that_the_inspection_could_not_open_gets_the_nearest_name_too()
    {
        var bent = sample with { Mapping = Sample.Map("legacy/shops", "nonprod/shop"), Findings = [ConnectionDiagnostics.DatabaseMissing("legacy/shops")] };
        Assert.That(bent.Codes(), Is.EqualTo((string[])["MP3006", "MP4001"]));
    }

    [Test]
    public void An_extension_that_the_target_lacks_is_refused_unless_skipped()
    {
        var extended = sample with { Source = sample.Source with { Extensions = [new ExtensionFacts("postgis", "3.3", "public")] } };
        Assert.That(extended.Codes(), Is.EqualTo((string[])["MP4006"]));
        var skipping = extended with { Mapping = extended.Mapping with { SkipExtensions = ["postgis"] } };
        Assert.That(skipping.Codes(), Is.Empty);
        Assert.That(skipping.Plan().Databases.Single().Notes, Has.Some.Matches<PlanNote>(note => note.Subject == "extension postgis"));
    }

    [Test]
    public void A_skip_of_an_unknown_extension_is_a_warning() =>
        Assert.That((sample with { Mapping = sample.Mapping with { SkipExtensions = ["postgis"] } }).Codes(), Is.EqualTo((string[])["MP4014"]));

    [Test]
    public void A_full_server_is_refused_and_a_nearly_full_one_warned_about()
    {
        var weak = sample.TargetServer with { Login = sample.TargetServer.Login with { IsSuperuser = false } };
        var full = sample with { TargetServer = weak with { Connections = new ConnectionFacts(100, 3, 96) } };
        Assert.That(full.Codes(), Is.EqualTo((string[])["MP4007"]));
        var tight = sample with
        {
            TargetServer = weak with { Connections = new ConnectionFacts(100, 3, 90) },
            Mapping = sample.Mapping with { Parallelism = 8 },
        };
        Assert.That(tight.Codes(), Is.EqualTo((string[])["MP4008"]));
    }

    [Test]
    public void Long_transactions_are_a_warning_and_do_not_change_the_digest()
    {
        var busy = sample with { Source = sample.Source with { LongTransactions = 2 } };
        Assert.That(busy.Codes(), Is.EqualTo((string[])["MP4009"]));
        Assert.That(busy.Plan().Digest, Is.EqualTo(sample.Plan().Digest));
    }

    [Test]
    public void Picks_that_match_nothing_are_errors_with_their_position_and_a_suggestion()
    {
        var picking = sample with
        {
            Mapping = sample.Mapping with
            {
                Include = new Selection { Schemas = ["public", "pubic"], Tables = ["public.ordrs"] },
                Exclude = new Selection { TableData = ["nope.*"] },
            },
        };
        var spans = new Dictionary<string, SourceSpan> { ["databases[0].include.schemas[1]"] = new("migration.yaml", 9, 3, 9, 8) };
        var (_, diagnostics) = Planner.Plan(picking.Manifest, picking.Facts, new SourceMap(spans, spans));
        Assert.That(diagnostics.Select(diagnostic => diagnostic.Code), Is.EqualTo((string[])["MP4010", "MP4010", "MP4010"]));
        Assert.That(diagnostics[0].Help, Does.Contain("`public`"));
        Assert.That(diagnostics[0].Span!.Line, Is.EqualTo(9));
        Assert.That(diagnostics[1].Help, Does.Contain("`public.orders`"));
    }

    [Test]
    public void A_selection_that_leaves_nothing_is_an_error()
    {
        var nothing = sample with
        {
            Mapping = sample.Mapping with { Include = new Selection { Schemas = ["public"] }, Exclude = new Selection { Schemas = ["public"] } },
        };
        Assert.That(nothing.Codes(), Is.EqualTo((string[])["MP4011"]));
    }

    [Test]
    public void A_partitioned_table_without_its_partitions_is_warned_about()
    {
        var partitioned = sample with
        {
            Source = sample.Source with
            {
                Relations =
                [
                    Sample.Table("public", "events", 0) with { Kind = RelationKind.PartitionedTable },
                    Sample.Table("public", "events_2026") with { PartitionOf = new TableIdentity("public", "events") },
                ],
                ObjectNeeds =
                [
                    new ObjectNeeds { Id = 1, Kind = "table", Schema = "public", Name = "events" },
                    new ObjectNeeds { Id = 2, Kind = "table", Schema = "public", Name = "events_2026", Root = 1, Needs = [1] },
                ],
                ForeignKeys = [],
            },
            Mapping = sample.Mapping with { Include = new Selection { Tables = ["public.events"] } },
        };
        Assert.That(partitioned.Codes(), Is.EqualTo((string[])["MP4015"]));
        Assert.That((partitioned with { Mapping = sample.Mapping with { Include = new Selection { Tables = ["public.events*"] } } }).Codes(), Is.Empty);
    }

    [Test]
    public void A_foreign_key_across_the_boundary_is_an_error_or_dropped_with_a_note()
    {
        var half = sample with { Mapping = sample.Mapping with { Include = new Selection { Tables = ["public.orders"] } } };
        Assert.That(half.Codes(), Is.EqualTo((string[])["MP4012"]));
        var dropping = half with { Mapping = half.Mapping with { CrossBoundaryForeignKeys = CrossBoundaryForeignKeys.Drop } };
        Assert.That(
            dropping.Plan().Databases.Single().Notes,
            Has.Some.Matches<PlanNote>(note => note.Subject == "foreign key orders_customer of public.orders"));
    }

    [Test]
    public void A_foreign_key_to_a_table_whose_rows_stay_behind_crosses_the_boundary_too()
    {
        var hollow = sample with { Mapping = sample.Mapping with { Exclude = new Selection { TableData = ["public.customers"] } } };
        Assert.That(hollow.Codes(), Is.EqualTo((string[])["MP4012"]));
        var both = sample with { Mapping = sample.Mapping with { Exclude = new Selection { TableData = ["public.*"] } } };
        Assert.That(both.Codes(), Is.Empty);
    }

    [Test]
    public void Two_parts_of_a_split_that_take_the_same_table_are_warned_about()
    {
        var split = sample with
        {
            MoreMappings = [Sample.Map("legacy/shop", "nonprod/part", 1) with { Include = new Selection { Tables = ["public.customers"] } }],
            MoreTargets = [Sample.Absent("nonprod", "part")],
        };
        Assert.That(split.Codes(), Is.EqualTo((string[])["MP4013"]));
    }

    [Test]
    public void What_no_part_of_a_split_takes_is_noted_as_staying_behind()
    {
        var split = sample with
        {
            Source = sample.Source with { Schemas = ["audit", "public"], Relations = [Sample.Table("audit", "log"), .. sample.Source.Relations] },
            Mapping = sample.Mapping with { Include = new Selection { Tables = ["public.customers"] } },
        };
        Assert.That(
            split.Plan().Notes.Select(note => note.Subject),
            Is.EqualTo((string[])["legacy/shop: schema audit", "legacy/shop: audit.log", "legacy/shop: public.orders"]));
    }
}
