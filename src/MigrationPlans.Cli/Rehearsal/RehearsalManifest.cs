using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Rehearsal;

namespace MigrationPlans.Cli.Rehearsal;

/// <summary>A manifest as its rehearsal carries it out.</summary>
internal static class RehearsalManifest
{
    /// <summary>
    /// The same databases between stand-in servers: every endpoint is plain PostgreSQL, whole-instance moves are left out, and
    /// every row is compared, whatever the manifest asks for.
    /// </summary>
    public static MigrationManifest From(MigrationManifest manifest, StandInServers servers) => manifest with
    {
        Sources = [.. manifest.Sources.Select(endpoint => StandIn(endpoint, servers))],
        Targets = [.. manifest.Targets.Select(endpoint => StandIn(endpoint, servers))],
        Databases = [.. manifest.Databases.Select(mapping => Strict(mapping))],
        Instances = [],
    };

    /// <summary>An archive goes with the rehearsal's other files.</summary>
    private static DatabaseMapping Strict(DatabaseMapping mapping) =>
        mapping with { Verify = VerificationLevel.Checksums, Archive = mapping.Archive with { Directory = null } };

    private static Endpoint StandIn(Endpoint endpoint, StandInServers servers) => endpoint with
    {
        Rds = null,
        Postgres = new PostgresServer(LocalCluster.Host, servers.For(endpoint).Port),
        Credentials = new PasswordCredentials(LocalCluster.Superuser, Password: null),
        Tls = new TlsSettings(TlsMode.Disable, RootCertificate: null),
        Connect = null,
    };
}
