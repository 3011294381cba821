using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.PostgreSql.Rehearsal;

/// <summary>A local server for every endpoint of a manifest. Resolves endpoints to them, whatever the manifest says they are.</summary>
public sealed class StandInServers : IEndpointResolver, IAsyncDisposable
{
    private static readonly ImmutableArray<string> Settings =
    [
        "max_connections = 200",
        "shared_buffers = 128MB",
        "max_wal_size = 2GB",
        "autovacuum = off",
    ];

    private readonly ImmutableDictionary<(EndpointRole Role, string Name), LocalCluster> clusters;

    private StandInServers(ImmutableDictionary<(EndpointRole Role, string Name), LocalCluster> clusters) => this.clusters = clusters;

    public IEnumerable<LocalCluster> Clusters => clusters.Values;

    /// <summary>Starts all servers at once; takes down those that run when one does not start.</summary>
    /// <exception cref="DiagnosticException">PostgreSQL is missing, or a server does not start.</exception>
    public static async Task<StandInServers> StartAsync(MigrationManifest manifest, string directory, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var starting = manifest.Sources.Concat(manifest.Targets)
            .Select(async endpoint => (Key: (endpoint.Role, endpoint.Name), Cluster: await StartAsync(endpoint, directory, giveUp)))
            .ToArray();
        try
        {
            await Task.WhenAll(starting);
            return new StandInServers(starting.ToImmutableDictionary(start => start.Result.Key, start => start.Result.Cluster));
        }
        catch
        {
            foreach (var started in starting.Where(start => start.IsCompletedSuccessfully))
            {
                await started.Result.Cluster.DisposeAsync();
            }

            // The first cause, not the cancellations that it brought about.
            throw starting.Select(start => start.Exception?.InnerException).FirstOrDefault(cause => cause is not null)
                ?? new OperationCanceledException(cancellationToken);
        }
    }

    public LocalCluster For(Endpoint endpoint) => clusters[(endpoint.Role, endpoint.Name)];

    public Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var cluster = For(endpoint);
        var password = new Secret(cluster.Password);
        return Task.FromResult(new ResolvedEndpoint
        {
            Name = endpoint.Name,
            Host = LocalCluster.Host,
            Address = new NetworkAddress(LocalCluster.Host, cluster.Port),
            Username = LocalCluster.Superuser,
            Password = _ => ValueTask.FromResult<Secret?>(password),
            Tls = new TlsSettings(TlsMode.Disable, RootCertificate: null),
        });
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(clusters.Values.Select(cluster => cluster.DisposeAsync().AsTask()));

    private static async Task<LocalCluster> StartAsync(Endpoint endpoint, string directory, CancellationTokenSource giveUp)
    {
        try
        {
            return await LocalCluster.StartAsync(directory, Settings, giveUp.Token);
        }
        catch (Exception exception) when (exception is LocalClusterException or IOException or UnauthorizedAccessException)
        {
            await giveUp.CancelAsync();
            throw new DiagnosticException(
                exception is LocalClusterException { IsNotInstalled: true }
                    ? RehearsalDiagnostics.ServerProgramsMissing()
                    : RehearsalDiagnostics.ServerDoesNotStart(endpoint.Name, exception.Message),
                exception);
        }
    }
}
