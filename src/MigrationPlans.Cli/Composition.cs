using System.Collections.Immutable;
using MigrationPlans.Aws.Snapshots;
using MigrationPlans.Cli.Runs;
using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Steps;
using MigrationPlans.PostgreSql.Verification;

namespace MigrationPlans.Cli;

/// <summary>Puts together what touches servers, for one manifest and one run.</summary>
internal sealed class Composition : IRunParts
{
    private readonly IAsyncDisposable servers;
    private readonly PostgresConnector connector;
    private readonly SourceSnapshots snapshots;
    private readonly SchemaArchives archives;
    private readonly IInstanceVerifier? instanceVerifier;

    /// <param name="resolver">Finds the local servers that stand in for the endpoints.</param>
    public Composition(IEndpointResolver resolver)
        // A rehearsal keeps its archives beside its state: no directory is relative to anything.
        : this(new PostgresConnector(resolver), baseDirectory: "/")
    {
    }

    private Composition(ManifestServers servers, string baseDirectory)
        : this(servers.Connector, baseDirectory)
    {
        this.servers = servers;
        Inspector = servers.CreateInspector();
        Remover = new ResourceRemovers(Remover, new ArchiveRemover(), new SnapshotRemover(servers.Aws));
        instanceVerifier = new InstanceVerifier(servers.Aws);
        Handlers = [.. Handlers, .. InstanceHandlers.Create(servers.Aws)];
    }

    private Composition(PostgresConnector connector, string baseDirectory)
    {
        this.connector = connector;
        servers = connector;
        snapshots = new SourceSnapshots(connector);
        archives = new SchemaArchives(connector, snapshots);
        Inspector = new PostgresInspector(connector);
        Verifier = new PostgresVerifier(connector);
        Remover = new PostgresResourceRemover(connector, TimeProvider.System);
        var (handlers, preflight) = ArchiveHandlers.Create(connector, snapshots, baseDirectory);
        Handlers = [.. StreamHandlers.Create(connector, snapshots, archives, preflight), .. handlers];
    }

    public Action<LongWait>? TellWait
    {
        get => connector.TellWait;
        set => connector.TellWait = value;
    }

    public IInspector Inspector { get; }

    public IDatabaseVerifier Verifier { get; }

    public IInstanceVerifier InstanceVerifier => instanceVerifier ?? throw new NotSupportedException("no instance is stood in for");

    public IResourceRemover Remover { get; }

    public ImmutableArray<IStepHandler> Handlers { get; }

    /// <param name="baseDirectory">The manifest's directory.</param>
    public static IRunParts For(MigrationManifest manifest, string baseDirectory) => new Composition(new ManifestServers(baseDirectory), baseDirectory);

    public async ValueTask DisposeAsync()
    {
        archives.Dispose();
        await snapshots.DisposeAsync();
        await servers.DisposeAsync();
    }
}
