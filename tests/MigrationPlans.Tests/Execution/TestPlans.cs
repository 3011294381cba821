using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Tests.Execution;

/// <summary>Small manifests and plans; each database goes preflight → copy-data → verify.</summary>
internal static class TestPlans
{
    public static (MigrationManifest Manifest, MigrationPlan Plan) Of(params string[] databases)
    {
        var manifest = ManifestOf(databases);
        var plan = new MigrationPlan
        {
            Name = "demo",
            Mode = PlanMode.Online,
            ManifestDigest = manifest.Digest,
            Databases = [.. manifest.Databases.Select(mapping => new PlannedDatabase
            {
                Address = mapping.Address,
                From = mapping.From,
                To = mapping.To,
                Strategy = Strategy.Stream,
            })],
            Steps = [.. manifest.Databases.SelectMany(mapping => StepsOf(mapping.Address))],
        };
        return (manifest, plan with { Digest = PlanDigest.Compute(plan) });
    }

    public static MigrationManifest ManifestOf(params string[] databases) => new()
    {
        File = "/plans/demo.yaml",
        Name = "demo",
        Digest = $"manifest of {string.Join(',', databases)}",
        Sources = [EndpointOf("s", EndpointRole.Source)],
        Targets = [EndpointOf("t", EndpointRole.Target)],
        Databases =
        [
            .. databases.Select((name, i) => new DatabaseMapping
            {
                From = new DatabaseAddress("s", name),
                To = new DatabaseAddress("t", name),
                Path = $"databases[{i}]",
            }),
        ],
    };

    public static Endpoint EndpointOf(string name, EndpointRole role) => new()
    {
        Name = name,
        Role = role,
        Path = name,
        Postgres = new PostgresServer("127.0.0.1", 5432),
        Credentials = new PasswordCredentials("u", Password: null),
        Tls = new TlsSettings(TlsMode.Disable, RootCertificate: null),
    };

    private static ImmutableArray<Step> StepsOf(string address) =>
    [
        new PreflightStep { Id = $"{address}:preflight", Database = address },
        new CopyDataStep { Id = $"{address}:copy-data", Database = address, DependsOn = [$"{address}:preflight"] },
        new VerifyStep { Id = $"{address}:verify", Database = address, DependsOn = [$"{address}:copy-data"] },
    ];
}
