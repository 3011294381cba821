using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Steps;

namespace MigrationPlans.IntegrationTests.Schema;

/// <summary>One mapping between the two test servers, with the schema handlers as a run has them.</summary>
internal sealed class SchemaMigration : IAsyncDisposable
{
    private readonly PostgresConnector connector;
    private readonly SourceSnapshots snapshots;
    private bool isMarked;

    public SchemaMigration(string database, Func<DatabaseMapping, DatabaseMapping>? adapt = null, Login? target = null, CancellationToken stopping = default)
    {
        Login sourceLogin = new(LocalCluster.Superuser, TestServers.Source.Password);
        var targetLogin = target ?? new Login(LocalCluster.Superuser, TestServers.Target.Password);
        connector = new PostgresConnector(new FixedResolver(sourceLogin, targetLogin));
        snapshots = new SourceSnapshots(connector);
        Archives = new SchemaArchives(connector, snapshots);
        RestoreSchema = new RestoreSchemaHandler(connector, Archives);
        RestoreConstraints = new RestoreConstraintsHandler(connector, snapshots, Archives);
        Context = ContextFor(database, adapt ?? (mapping => mapping), stopping);
    }

    public SchemaArchives Archives { get; }

    public IStepHandler RestoreSchema { get; }

    public IStepHandler RestoreConstraints { get; }

    public StepContext Context { get; }

    public RestoreSchemaStep SchemaStep { get; } = new() { Id = "t/d:restore-schema", Database = "t/d" };

    public RestoreConstraintsStep ConstraintsStep { get; } = new() { Id = "t/d:restore-constraints", Database = "t/d" };

    public Task<SchemaArchive> ReadAsync() => Archives.GetAsync(Context, CancellationToken.None);

    /// <summary>Both steps, each observed after it acted, as the runner does it.</summary>
    public async Task<(StepResult Schema, StepResult Constraints)> RunAsync() => (await RunSchemaAsync(), await RunConstraintsAsync());

    /// <summary>In a database that is marked first, as create-database does it.</summary>
    public async Task<StepResult> RunSchemaAsync()
    {
        if (!isMarked)
        {
            await MarkAsync();
            isMarked = true;
        }

        return await RunAsync(RestoreSchema, SchemaStep);
    }

    public Task<StepResult> RunConstraintsAsync() => RunAsync(RestoreConstraints, ConstraintsStep);

    public async ValueTask DisposeAsync()
    {
        Archives.Dispose();
        await snapshots.DisposeAsync();
        await connector.DisposeAsync();
    }

    private async Task MarkAsync()
    {
        try
        {
            await using var target = await connector.OpenAsync(
                Context.Manifest.Targets[0], Context.Mapping.To.Database, SessionKind.Target, CancellationToken.None);
            await TargetLedger.EnsureAsync(target, Context.Plan.Name, Context.Lineage, CancellationToken.None);
        }
        catch (Npgsql.NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, "mark");
        }
    }

    private async Task<StepResult> RunAsync(IStepHandler handler, Step step)
    {
        var result = await handler.ActAsync(step, Context, CancellationToken.None);
        await handler.VerifyAsync(step, Context, CancellationToken.None);
        return result;
    }

    private static StepContext ContextFor(string database, Func<DatabaseMapping, DatabaseMapping> adapt, CancellationToken stopping)
    {
        var mapping = adapt(new DatabaseMapping { From = new("s", database), To = new("t", database), Path = "databases[0]" });
        return new StepContext
        {
            Lineage = "",
            Manifest = new MigrationManifest
            {
                File = "test.yaml",
                Name = "test",
                Digest = "",
                Sources = [EndpointOf("s", EndpointRole.Source, TestServers.Source)],
                Targets = [EndpointOf("t", EndpointRole.Target, TestServers.Target)],
                Databases = [mapping],
            },
            Plan = new MigrationPlan { Name = "test", Mode = PlanMode.Offline, ManifestDigest = "" },
            Database = new PlannedDatabase { Address = mapping.Address, From = mapping.From, To = mapping.To, Strategy = mapping.Strategy },
            Mapping = mapping,
            Clock = TimeProvider.System,
            Events = new NoEvents(),
            Stopping = stopping,
            Parallelism = 4,
            RecordCreatedAsync = _ => Task.CompletedTask,
        };
    }

    private static Endpoint EndpointOf(string name, EndpointRole role, LocalCluster server) => new()
    {
        Name = name,
        Role = role,
        Path = name,
        Postgres = new PostgresServer(LocalCluster.Host, server.Port),
        Credentials = new PasswordCredentials(LocalCluster.Superuser, Password: null),
        Tls = new TlsSettings(TlsMode.Prefer, RootCertificate: null),
    };

    internal sealed record Login(string Name, string Password);

    private sealed class FixedResolver(Login source, Login target) : IEndpointResolver
    {
        public Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, CancellationToken cancellationToken)
        {
            var login = endpoint.Role == EndpointRole.Source ? source : target;
            return Task.FromResult(new ResolvedEndpoint
            {
                Name = endpoint.Name,
                Host = endpoint.Postgres!.Host,
                Address = new NetworkAddress(endpoint.Postgres.Host, endpoint.Postgres.Port),
                Username = login.Name,
                Password = _ => ValueTask.FromResult<Secret?>(new Secret(login.Password)),
                Tls = endpoint.Tls,
            });
        }
    }

    private sealed class NoEvents : IRunEvents
    {
        public void Publish(RunEvent runEvent)
        {
        }
    }
}
