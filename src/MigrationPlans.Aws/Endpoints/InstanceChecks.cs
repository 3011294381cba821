using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using Endpoint = MigrationPlans.Manifest.Endpoint;

namespace MigrationPlans.Aws.Endpoints;

/// <summary>Refuses instances that can't serve as an endpoint.</summary>
internal static class InstanceChecks
{
    public const string Postgres = "postgres";

    /// <summary>
    /// States in which the server listens, going by the manual's list: those of normal work and of changes that are made online.
    /// </summary>
    /// <remarks>https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html</remarks>
    private static readonly HashSet<string> ListeningStates = new(StringComparer.Ordinal)
    {
        "available", "backing-up", "modifying", "storage-optimization", "storage-config-upgrade", "storage-initialization",
        "configuring-enhanced-monitoring", "configuring-iam-database-auth", "configuring-log-exports", "converting-to-vpc",
        "moving-to-vpc", "resetting-master-credentials",
    };

    public static bool Listens(DBInstance instance) => instance.DBInstanceStatus is { } status && ListeningStates.Contains(status);

    /// <exception cref="DiagnosticException">Another engine, no endpoint, or a state in which nothing listens.</exception>
    public static (string Host, int Port) Check(DBInstance instance, Endpoint endpoint)
    {
        if (instance.Engine != Postgres)
        {
            throw new DiagnosticException(RdsEndpointDiagnostics.EngineUnsupported(
                endpoint.Name, instance.DBInstanceIdentifier, instance.Engine ?? "an unknown engine"));
        }

        return Listens(instance) && instance.Endpoint is { Address: { } host, Port: { } port }
            ? (host, port)
            : throw new DiagnosticException(RdsEndpointDiagnostics.InstanceNotUsable(
                endpoint.Name, instance.DBInstanceIdentifier, instance.DBInstanceStatus ?? "in an unknown state"));
    }

    /// <exception cref="DiagnosticException">The instance, or the connection, can't do IAM authentication.</exception>
    public static void CheckIam(DBInstance instance, Endpoint endpoint)
    {
        if (endpoint.Tls.Mode is TlsMode.Disable or TlsMode.Allow or TlsMode.Prefer)
        {
            throw new DiagnosticException(RdsEndpointDiagnostics.IamNeedsTls(endpoint.Name, endpoint.Tls.Mode.ToString().ToLowerInvariant()));
        }

        if (instance.IAMDatabaseAuthenticationEnabled != true)
        {
            throw new DiagnosticException(RdsEndpointDiagnostics.IamNotEnabled(endpoint.Name, instance.DBInstanceIdentifier));
        }
    }
}
