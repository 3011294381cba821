using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Connections.Silence;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Steps;

namespace MigrationPlans.IntegrationTests.Surroundings;

internal sealed record StageLogin(string Name, string? Password);

/// <summary>One mapping between the two test servers with all handlers as a run has them.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly SourceSnapshots snapshots;
    private readonly SchemaArchives archives;
    private readonly ImmutableArray<IStepHandler> handlers;
    private readonly ConcurrentQueue<CreatedResource> created = new();
    private readonly ConcurrentQueue<CreatedResource> removed = new();
    private bool hasBegunToEnd;

    public Stage(
        string database,
        StageLogin? source = null,
        StageLogin? target = null,
        Func<DatabaseMapping, DatabaseMapping>? adapt = null,
        int? targetPort = null,
        int? sourcePort = null,
        SilenceLimits? silence = null)
    {
        var sourceLogin = source ?? new StageLogin(LocalCluster.Superuser, TestServers.Source.Password);
        var targetLogin = target ?? new StageLogin(LocalCluster.Superuser, TestServers.Target.Password);
        Connector = new PostgresConnector(new StageResolver(endpoint => endpoint.Role == EndpointRole.Source ? sourceLogin : targetLogin), time: null, silence);
        snapshots = new SourceSnapshots(Connector);
        archives = new SchemaArchives(Connector, snapshots);
        handlers = [.. StreamHandlers.Create(Connector, snapshots, archives), .. ArchiveHandlers.Create(Connector, snapshots, Path.GetTempPath()).Handlers];
        var mapping = new DatabaseMapping { From = new("s", database), To = new("t", database), Path = "databases[0]", Verify = VerificationLevel.Checksums };
        Mapping = adapt is null ? mapping : adapt(mapping);
        Manifest = new MigrationManifest
        {
            File = "test.yaml",
            Name = "test",
            Digest = "",
            Sources = [EndpointOf("s", EndpointRole.Source, sourcePort ?? TestServers.Source.Port)],
            Targets = [EndpointOf("t", EndpointRole.Target, targetPort ?? TestServers.Target.Port)],
            Databases = [Mapping],
        };
        Plan = new MigrationPlan { Name = "test", Mode = PlanMode.Offline, ManifestDigest = "" };
    }

    public PostgresConnector Connector { get; }

    public MigrationManifest Manifest { get; set; }

    public DatabaseMapping Mapping { get; }

    public MigrationPlan Plan { get; set; }

    /// <summary>Addresses of mappings that an earlier plan has finished.</summary>
    public ImmutableHashSet<string> Kept { get; set; } = [];

    /// <summary>Of the target database that an earlier run made.</summary>
    public uint? TargetOid { get; set; }

    /// <summary>By attempts before.</summary>
    public ImmutableArray<CreatedResource> Recorded { get; set; } = [];

    public RecordedEvents Events { get; } = new();

    public IReadOnlyCollection<CreatedResource> Created => created;

    public IReadOnlyCollection<CreatedResource> Removed => removed;

    public StepContext Context => new()
    {
        Manifest = Manifest,
        Plan = Plan,
        Lineage = "",
        Database = new PlannedDatabase { Address = Mapping.Address, From = Mapping.From, To = Mapping.To, Strategy = Mapping.Strategy },
        Mapping = Mapping,
        Clock = TimeProvider.System,
        Events = Events,
        Stopping = CancellationToken.None,
        Parallelism = 3,
        Kept = Kept,
        TargetOid = TargetOid,
        Recorded = Recorded,
        RecordCreatedAsync = resources =>
        {
            foreach (var resource in resources)
            {
                created.Enqueue(resource);
            }

            return Task.CompletedTask;
        },
        RecordRemovedAsync = resource =>
        {
            removed.Enqueue(resource);
            return Task.CompletedTask;
        },
        RecordEndingAsync = () =>
        {
            hasBegunToEnd = true;
            return Task.CompletedTask;
        },
        HasBegunToEnd = () => hasBegunToEnd,
    };

    public Task<StepObservation> ObserveAsync(Step step) => HandlerOf(step).ObserveAsync(step, Context, CancellationToken.None);

    /// <summary>Acts and checks, as the runner does.</summary>
    public async Task<StepResult> RunAsync(Step step, CancellationToken cancellationToken = default)
    {
        var result = await HandlerOf(step).ActAsync(step, Context, cancellationToken);
        await HandlerOf(step).VerifyAsync(step, Context, cancellationToken);
        return result;
    }

    /// <summary>Every step of a stream mapping, in order.</summary>
    public async Task<IReadOnlyDictionary<string, StepResult>> RunAllAsync(params PlannedRole[] roles)
    {
        var results = new Dictionary<string, StepResult>();
        foreach (var step in Steps(roles))
        {
            results[step.Kind] = await RunAsync(step);
        }

        return results;
    }

    public static IEnumerable<Step> Steps(params PlannedRole[] roles) =>
    [
        new PreflightStep { Id = "preflight", Database = "t" },
        new CreateRolesStep { Id = "create-roles", Database = "t", Roles = [.. roles] },
        new CreateDatabaseStep { Id = "create-database", Database = "t" },
        new RestoreSchemaStep { Id = "restore-schema", Database = "t" },
        new CopyDataStep { Id = "copy-data", Database = "t" },
        new RestoreConstraintsStep { Id = "restore-constraints", Database = "t" },
        new SetSequencesStep { Id = "set-sequences", Database = "t" },
        new RefreshViewsStep { Id = "refresh-views", Database = "t" },
        new ApplySettingsStep { Id = "apply-settings", Database = "t" },
        new AnalyzeStep { Id = "analyze", Database = "t" },
        new VerifyStep { Id = "verify", Database = "t", Level = VerificationLevel.Checksums },
    ];

    public async ValueTask DisposeAsync()
    {
        archives.Dispose();
        await snapshots.DisposeAsync();
        await Connector.DisposeAsync();
    }

    public static Endpoint EndpointOf(string name, EndpointRole role, int port) => new()
    {
        Name = name,
        Role = role,
        Path = name,
        Postgres = new PostgresServer(LocalCluster.Host, port),
        Credentials = new PasswordCredentials("unused", Password: null),
        Tls = new TlsSettings(TlsMode.Prefer, RootCertificate: null),
    };

    private IStepHandler HandlerOf(Step step) => handlers.Single(handler => handler.StepType == step.GetType());

    private sealed class StageResolver(Func<Endpoint, StageLogin> loginOf) : IEndpointResolver
    {
        public Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, CancellationToken cancellationToken)
        {
            var login = loginOf(endpoint);
            return Task.FromResult(new ResolvedEndpoint
            {
                Name = endpoint.Name,
                Host = endpoint.Postgres!.Host,
                Address = new NetworkAddress(endpoint.Postgres.Host, endpoint.Postgres.Port),
                Username = login.Name,
                Password = _ => ValueTask.FromResult(login.Password is null ? null : new Secret(login.Password)),
                Tls = endpoint.Tls,
            });
        }
    }
}
