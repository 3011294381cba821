using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Steps;

namespace MigrationPlans.IntegrationTests;

/// <summary>A database with the same schema on both servers, and what copy-data needs around it.</summary>
internal sealed class CopyHarness : IAsyncDisposable
{
    private const string PlanName = "copying";

    private CopyHarness(string database, LocalCluster source, LocalCluster target)
    {
        Database = database;
        Source = source;
        Target = target;
    }

    public string Database { get; }

    public LocalCluster Source { get; }

    public LocalCluster Target { get; }

    public RecordedEvents Events { get; } = new();

    public CancellationTokenSource Stopping { get; } = new();

    public int Parallelism { get; set; } = 3;

    /// <summary>What happens on the source between the moment that is copied and the first look at it.</summary>
    public string? AfterSnapshot { get; set; }

    public DatabaseMapping Mapping { get; set; } = new()
    {
        From = new DatabaseAddress("a", ""),
        To = new DatabaseAddress("b", ""),
        Path = "databases[0]",
    };

    public List<SchemaEntry> Entries { get; } = [];

    public static Task<CopyHarness> CreateAsync(string schema) => CreateAsync(schema, TestServers.Source, TestServers.Target);

    public static async Task<CopyHarness> CreateAsync(string schema, LocalCluster source, LocalCluster target)
    {
        var harness = new CopyHarness($"copy_{Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture)[..12]}", source, target);
        harness.Mapping = harness.Mapping with { From = new DatabaseAddress("a", harness.Database), To = new DatabaseAddress("b", harness.Database) };
        foreach (var server in new[] { source, target })
        {
            await Sql.RunAsync(server, "postgres", $"CREATE DATABASE {harness.Database}");
            await Sql.RunAsync(server, harness.Database, schema);
        }

        await using var marked = await Sql.OpenAsync(target, harness.Database);
        await TargetLedger.EnsureAsync(marked, PlanName, "", CancellationToken.None);

        return harness;
    }

    public Task OnSourceAsync(string sql) => Sql.RunAsync(Source, Database, sql);

    public Task OnTargetAsync(string sql) => Sql.RunAsync(Target, Database, sql);

    public Task<T> SourceAsync<T>(string sql) => Sql.ScalarAsync<T>(Source, Database, sql);

    public Task<T> TargetAsync<T>(string sql) => Sql.ScalarAsync<T>(Target, Database, sql);

    /// <summary>An entry for the table, as pg_dump would have it after the table's own.</summary>
    public void AddEntry(string kind, string schema, string table, string name, string sql, params int[] dependsOn)
    {
        var tableEntry = Entries.Find(entry => entry.Kind == "TABLE" && entry.Schema == schema && entry.Tag == table);
        if (tableEntry is null)
        {
            tableEntry = new SchemaEntry
            {
                Id = Entries.Count + 1,
                Kind = "TABLE",
                Schema = schema,
                Tag = table,
                Section = SchemaSection.PreData,
                Sql = "",
                Digest = $"table {table}",
            };
            Entries.Add(tableEntry);
        }

        Entries.Add(new SchemaEntry
        {
            Id = Entries.Count + 1,
            Kind = kind,
            Schema = schema,
            Tag = name,
            Section = SchemaSection.PostData,
            Sql = sql,
            DependsOn = kind == "INDEX ATTACH" ? [.. dependsOn] : [tableEntry.Id, .. dependsOn],
            Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))),
        });
    }

    public async Task<StepResult> CopyAsync(CancellationToken cancellationToken = default)
    {
        await using var connector = new PostgresConnector(new AwsEndpointResolver("/"));
        await using var snapshots = new SourceSnapshots(connector);
        IStepHandler handler = new CopyDataHandler(connector, snapshots, (_, _) => Task.FromResult(Entries.ToImmutableArray()));
        var step = new CopyDataStep { Id = $"{Mapping.Address}:copy-data", Database = Mapping.Address };
        var context = Context(step);
        if (AfterSnapshot is not null)
        {
            await snapshots.HoldAsync(context, cancellationToken);
            await OnSourceAsync(AfterSnapshot);
        }

        var result = await handler.ActAsync(step, context, cancellationToken);
        await handler.VerifyAsync(step, context, cancellationToken);
        return result;
    }

    public async Task<StepObservation> ObserveAsync()
    {
        await using var connector = new PostgresConnector(new AwsEndpointResolver("/"));
        await using var snapshots = new SourceSnapshots(connector);
        IStepHandler handler = new CopyDataHandler(connector, snapshots, (_, _) => Task.FromResult(Entries.ToImmutableArray()));
        var step = new CopyDataStep { Id = $"{Mapping.Address}:copy-data", Database = Mapping.Address };
        return await handler.ObserveAsync(step, Context(step), CancellationToken.None);
    }

    /// <summary>Every table's rows as text, sorted, hashed: the same on both sides means the same content.</summary>
    public async Task<(string Source, string Target)> ContentsAsync()
    {
        return (await ContentAsync(Source), await ContentAsync(Target));
    }

    public async ValueTask DisposeAsync()
    {
        Stopping.Dispose();
        foreach (var server in new[] { Source, Target })
        {
            await Sql.DropDatabaseAsync(server, Database);
        }
    }

    private async Task<string> ContentAsync(LocalCluster server)
    {
        await using var connection = await Sql.OpenAsync(server, Database);
        await Sql.RunAsync(connection, "SET extra_float_digits = 3; SET row_security = off");
        var tables = await Sql.ScalarAsync<string[]>(
            connection,
            """
            SELECT COALESCE(array_agg(format('%I.%I', nspname, relname) ORDER BY nspname, relname), '{}') FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
            WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema', 'migplan_ledger') AND nspname !~ '^pg_'
            """);
        var lines = new List<string>();
        foreach (var table in tables)
        {
            lines.Add(table + " " + await Sql.ScalarAsync<string>(
                connection, $"SELECT count(*) || ' ' || COALESCE(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::int8), 0) FROM ONLY {table} t"));
        }

        return string.Join('\n', lines);
    }

    private StepContext Context(Step step)
    {
        var manifest = new MigrationManifest
        {
            File = "plan.yaml",
            Name = PlanName,
            Digest = "0",
            Sources = [At("a", EndpointRole.Source, Source)],
            Targets = [At("b", EndpointRole.Target, Target)],
            Databases = [Mapping],
        };
        var database = new PlannedDatabase { Address = Mapping.Address, From = Mapping.From, To = Mapping.To, Strategy = Strategy.Stream };
        return new StepContext
        {
            Lineage = "",
            Manifest = manifest,
            Plan = new MigrationPlan { Name = manifest.Name, Mode = PlanMode.Offline, ManifestDigest = "0", Databases = [database], Steps = [step] },
            Database = database,
            Mapping = Mapping,
            Clock = TimeProvider.System,
            Events = Events,
            Stopping = Stopping.Token,
            Parallelism = Parallelism,
            RecordCreatedAsync = _ => Task.CompletedTask,
        };
    }

    private static Endpoint At(string name, EndpointRole role, LocalCluster server)
    {
        var variable = $"MIGPLAN_TEST_PASSWORD_{server.Port}";
        Environment.SetEnvironmentVariable(variable, server.Password);
        return new Endpoint
        {
            Name = name,
            Role = role,
            Path = $"endpoints.{name}",
            Postgres = new PostgresServer(LocalCluster.Host, server.Port),
            Credentials = new PasswordCredentials(LocalCluster.Superuser, new PasswordReference { Env = variable }),
            Tls = new TlsSettings(TlsMode.Prefer, null),
        };
    }
}
