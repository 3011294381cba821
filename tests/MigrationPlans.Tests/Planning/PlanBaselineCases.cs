using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Tests.Planning;

/// <summary>What the baselines are made from.</summary>
internal static class PlanBaselineCases
{
    public static IReadOnlyDictionary<string, Func<(MigrationManifest Manifest, InspectedFacts? Facts)>> All { get; } =
        new Dictionary<string, Func<(MigrationManifest Manifest, InspectedFacts? Facts)>>(StringComparer.Ordinal)
        {
            ["consolidation"] = Consolidation,
            ["offline"] = Offline,
            ["refused"] = Refused,
            ["replace"] = Replace,
            ["split"] = Split,
        };

    private static (MigrationManifest Manifest, InspectedFacts? Facts) Consolidation()
    {
        var manifest = new Sample().Manifest with
        {
            Name = "nonprod-consolidation",
            Sources = [Sample.Server("account-a", EndpointRole.Source, 5432), Sample.Server("account-b", EndpointRole.Source, 5433)],
            Targets = [Sample.Server("nonprod", EndpointRole.Target, 5434)],
            Databases =
            [
                Sample.Map("account-a/shop", "nonprod/app_db_a") with { Fence = Fence.ReadOnly, Verify = VerificationLevel.Checksums },
                Sample.Map("account-b/desk", "nonprod/app_db_b", 1) with
                {
                    SkipExtensions = ["pg_stat_statements"],
                    Roles = new RolePolicy { Map = ImmutableSortedDictionary<string, string>.Empty.Add("desk_owner", "app_owner") },
                },
            ],
        };
        var roles = ImmutableArray.Create(
            new RoleFacts { Name = "readonly", CanLogin = true, ConnectionLimit = 20 },
            new RoleFacts { Name = "shop_owner", MemberOf = [new RoleMembership("readonly", WithAdmin: false)], Settings = ["search_path=shop, public"] });
        var shop = new Sample().Source with
        {
            Address = Sample.Address("account-a/shop"),
            Settings = Sample.Settings("shop") with { Collate = "en_US.UTF-8", Ctype = "en_US.UTF-8" },
            Schemas = ["public", "shop"],
            Relations =
            [
                Sample.Table("shop", "events", 5_000_000_000, 40_000_000) with { IsUnlogged = true },
                Sample.Table("shop", "items", 90_000_000, 1_200_000),
                Sample.Table("shop", "orders", 640_000_000, 3_000_000),
                Sample.Table("shop", "settings", 8192, 12),
                Sample.Table("shop", "totals", 0, 0) with { Kind = RelationKind.MaterializedView },
                Sample.Table("shop", "totals_old", 0, 0) with { Kind = RelationKind.MaterializedView, IsPopulated = false },
            ],
            ForeignKeys = [],
            Extensions = [new ExtensionFacts("pgcrypto", "1.2", "public"), new ExtensionFacts("plpgsql", "1.0", "pg_catalog")],
            ReferencedRoles = ["readonly", "shop_owner"],
            InvalidIndexes = ["shop.orders_customer_idx_ccnew"],
            Publications = ["changes"],
            LongTransactions = 1,
        };
        var desk = new Sample().Source with
        {
            Address = Sample.Address("account-b/desk"),
            Settings = Sample.Settings("desk", "desk_owner"),
            Relations = [Sample.Table("public", "tickets", 12_000_000, -1, "desk_owner")],
            ForeignKeys = [],
            Extensions = [new ExtensionFacts("pg_stat_statements", "1.10", "public")],
            ReferencedRoles = ["desk_owner", "readonly"],
            Subscriptions = [new SubscriptionFacts("feed", "desk_owner")],
            ForeignServers = ["archive"],
        };
        var facts = new InspectedFacts
        {
            Endpoints =
            [
                Sample.Server("account-a", EndpointRole.Source) with { VersionNumber = 130014, Roles = roles },
                Sample.Server("account-b", EndpointRole.Source) with { Roles = [new RoleFacts { Name = "desk_owner" }, new RoleFacts { Name = "readonly" }] },
                Sample.Server("nonprod", EndpointRole.Target) with
                {
                    Login = Sample.Login(createDatabases: true, createRoles: true),
                    Roles = [new RoleFacts { Name = "app_owner" }],
                },
            ],
            Databases = [shop, desk, Sample.Absent("nonprod", "app_db_a"), Sample.Absent("nonprod", "app_db_b")],
        };
        return (manifest, facts);
    }

    private static (MigrationManifest Manifest, InspectedFacts? Facts) Offline()
    {
        var manifest = Consolidation().Manifest;
        return (
            manifest with
            {
                Sources =
                [
                    manifest.Sources[0] with { Postgres = null, Rds = new RdsInstance { Instance = "source-a", Region = "us-east-1" } },
                    manifest.Sources[1],
                ],
                Databases = [.. manifest.Databases, Sample.Map("account-b/live", "nonprod/live", 2) with { Strategy = Strategy.Replicate }],
                Instances =
                [
                    new InstanceMove
                    {
                        Path = "instances[0]",
                        From = new InstanceMoveSource
                        {
                            Region = "eu-central-1",
                            Match = new InstanceMatch { Identifiers = ["env-*"], Exclude = ["env-dev-*"] },
                        },
                        To = new InstanceMoveTarget { Region = "eu-west-1" },
                    },
                ],
            },
            null);
    }

    private static (MigrationManifest Manifest, InspectedFacts? Facts) Refused()
    {
        var sample = new Sample();
        var refused = sample with
        {
            Mapping = sample.Mapping with
            {
                Include = new Selection { Tables = ["public.orders", "public.retruns"] },
                Fence = Fence.ReadOnly,
                Parallelism = 16,
            },
            SourceServer = sample.SourceServer with { VersionNumber = 170002, Login = Sample.Login(), Connections = new ConnectionFacts(20, 3, 8) },
            Source = sample.Source with
            {
                Relations = [Sample.Table("public", "customers"), Sample.Table("public", "orders") with { HidesRows = true }],
                Extensions = [new ExtensionFacts("postgis", "3.4", "public")],
            },
            TargetServer = sample.TargetServer with { Login = Sample.Login() },
            Target = Sample.Occupied("nonprod", "shop"),
        };
        return (refused.Manifest, refused.Facts);
    }

    private static (MigrationManifest Manifest, InspectedFacts? Facts) Replace()
    {
        var sample = new Sample();
        var replace = sample with
        {
            Mapping = sample.Mapping with { OnExisting = OnExisting.Replace, Verify = VerificationLevel.None },
            Target = Sample.Occupied("nonprod", "shop"),
        };
        return (replace.Manifest, replace.Facts);
    }

    private static (MigrationManifest Manifest, InspectedFacts? Facts) Split()
    {
        var sample = new Sample();
        var split = sample with
        {
            Source = sample.Source with
            {
                Schemas = ["audit", "billing", "public"],
                Relations =
                [
                    Sample.Table("audit", "log", 9_000_000_000, 100_000_000),
                    Sample.Table("billing", "invoices", 50_000_000, 400_000),
                    Sample.Table("billing", "scratch", 1_000_000, 5_000),
                    .. sample.Source.Relations,
                ],
                ForeignKeys = [new ForeignKeyFacts("invoices_customer", "billing", "invoices", "public", "customers"), .. sample.Source.ForeignKeys],
            },
            Mapping = sample.Mapping with
            {
                To = Sample.Address("nonprod/billing"),
                Include = new Selection { Schemas = ["billing"] },
                Exclude = new Selection { TableData = ["billing.scratch"] },
                CrossBoundaryForeignKeys = CrossBoundaryForeignKeys.Drop,
            },
            Target = Sample.Absent("nonprod", "billing"),
            MoreMappings = [Sample.Map("legacy/shop", "nonprod/customers", 1) with { Include = new Selection { Tables = ["public.customers"] } }],
            MoreTargets = [Sample.Absent("nonprod", "customers")],
        };
        return (split.Manifest, split.Facts);
    }
}
