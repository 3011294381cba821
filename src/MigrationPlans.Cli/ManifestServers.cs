using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Aws.Snapshots;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;

namespace MigrationPlans.Cli;

/// <summary>The way to the servers that a manifest names, found through AWS where they are there, and to AWS itself.</summary>
/// <remarks>AWS is asked, and credentials are looked for, only when an endpoint needs it.</remarks>
internal sealed class ManifestServers : IAsyncDisposable
{
    private readonly string directory;

    /// <param name="directory">The manifest's directory.</param>
    public ManifestServers(string directory)
    {
        this.directory = directory;
        Connector = new PostgresConnector(new AwsEndpointResolver(directory, Aws, TimeProvider.System));
    }

    public AwsSession Aws { get; } = new();

    public PostgresConnector Connector { get; }

    public IInspector CreateInspector() =>
        new InstanceInspector(new ArchivePlaceInspector(new PostgresInspector(Connector), directory), new InstanceFinder(Aws));

    public async ValueTask DisposeAsync()
    {
        await Connector.DisposeAsync();
        Aws.Dispose();
    }
}
