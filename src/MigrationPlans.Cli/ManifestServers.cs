using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.Cli;

/// <summary>The way to the servers that a manifest names, found through AWS where they are there.</summary>
/// <remarks>AWS is asked, and credentials are looked for, only when an endpoint needs it.</remarks>
internal sealed class ManifestServers : IAsyncDisposable
{
    private readonly AwsSession session = new();

    /// <param name="directory">The manifest's directory.</param>
    public ManifestServers(string directory) =>
        Connector = new PostgresConnector(new AwsEndpointResolver(directory, session, TimeProvider.System));

    public PostgresConnector Connector { get; }

    public async ValueTask DisposeAsync()
    {
        await Connector.DisposeAsync();
        session.Dispose();
    }
}
