using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Tools;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Looks at all endpoints at once, and at a few databases of each at once; reads catalogs only.</summary>
public sealed class PostgresInspector(PostgresConnector connector) : IInspector
{
    private const int OldestVersion = 120000;

    private const int DatabasesAtOnce = 4;

    private const int LocksNamed = 3;

    public async Task<InspectedFacts> InspectAsync(MigrationManifest manifest, CancellationToken cancellationToken)
    {
        var tools = FindToolsAsync(manifest, cancellationToken);
        var looks = await Task.WhenAll(
            manifest.Sources.Concat(manifest.Targets).Select(endpoint => LookAtEndpointAsync(manifest, endpoint, cancellationToken)));
        ImmutableArray<DatabaseFacts> databases = [.. looks.SelectMany(look => look.Databases)];
        looks = await Task.WhenAll(looks.Select(look => LookAgainAsync(manifest, look, databases, cancellationToken)));
        return new InspectedFacts
        {
            Endpoints = [.. looks.Where(look => look.Server is not null).Select(look => look.Server!)],
            Databases = databases,
            DumpTools = await tools,
            Diagnostics = [.. looks.SelectMany(look => look.Diagnostics)],
        };
    }

    /// <summary>Asks them for their versions while the servers are looked at. Whole instances move without them.</summary>
    private static async Task<ImmutableArray<ToolFacts>?> FindToolsAsync(MigrationManifest manifest, CancellationToken cancellationToken) =>
        manifest.Databases.IsEmpty
            ? null
            : [.. (await PostgresInstallations.FindDumpToolsAsync(cancellationToken)).Select(tool => new ToolFacts(
                tool.BinDirectory, tool.MajorVersion, tool.Version))];

    private async Task<EndpointLook> LookAtEndpointAsync(MigrationManifest manifest, Endpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await connector.Watch.RunAsync(
                token => LookAsync(manifest, endpoint, DatabasesOf(manifest, endpoint), token), tell: null, cancellationToken);
        }
        catch (StepFailedException exception)
        {
            return new EndpointLook { Diagnostics = [exception.Diagnostic] };
        }
    }

    private async Task<EndpointLook> LookAsync(
        MigrationManifest manifest, Endpoint endpoint, ImmutableArray<string> databases, CancellationToken cancellationToken)
    {
        var server = await LookAtServerAsync(endpoint, databases, cancellationToken);
        if (server.VersionNumber < OldestVersion)
        {
            var version = $"{server.VersionNumber / 10000}";
            return new EndpointLook { Server = server, Diagnostics = [ConnectionDiagnostics.ServerTooOld(endpoint.Name, version)] };
        }

        var (facts, findings) = await LookAtDatabasesAsync(manifest, endpoint, databases, cancellationToken);
        return new EndpointLook { Server = server, Databases = facts, Diagnostics = findings };
    }

    /// <summary>What the target can't load of what the sources' functions are in, and how its catalogs are whose rows the sources hold.</summary>
    private async Task<EndpointLook> LookAgainAsync(
        MigrationManifest manifest, EndpointLook look, IReadOnlyCollection<DatabaseFacts> databases, CancellationToken cancellationToken)
    {
        if (look.Server is not { Role: EndpointRole.Target } server)
        {
            return look;
        }

        var libraries = server.Login.IsSuperuser ? LibraryLook.Wanted(manifest, server.Name, databases) : [];
        var rowTypes = ClosedColumnsLook.WantedRowTypes(manifest, server.Name, databases);
        if (libraries.IsEmpty && rowTypes.IsEmpty)
        {
            return look;
        }

        var endpoint = manifest.Targets.Single(target => target.Name == server.Name);
        var database = "";
        try
        {
            return look with
            {
                Server = server with
                {
                    RowTypes = await connector.Watch.RunAsync(
                        token => ClosedColumnsLook.ReadRowTypesAsync(OpenAsync, rowTypes, token), tell: null, cancellationToken),
                    LibraryFaults = await connector.Watch.RunAsync(
                        token => LibraryLook.FindFaultsAsync(OpenAsync, libraries, token), tell: null, cancellationToken),
                },
            };
        }
        catch (NpgsqlException exception)
        {
            return look with { Diagnostics = look.Diagnostics.Add(PostgresErrors.Translate(exception, server.Name).Diagnostic) };
        }
        catch (StepFailedException exception)
        {
            return look with { Diagnostics = look.Diagnostics.Add(exception.Diagnostic) };
        }
        finally
        {
            // What is loaded stays in the session: nobody else is to get it.
            connector.CloseIdle(endpoint, database);
        }

        async Task<NpgsqlConnection> OpenAsync()
        {
            var connection = await MaintenanceDatabase.OpenFirstAsync(connector, endpoint, SessionKind.SourceRead, cancellationToken);
            database = connection.Database;
            return connection;
        }
    }

    private static ImmutableArray<string> DatabasesOf(MigrationManifest manifest, Endpoint endpoint) =>
    [
        .. manifest.Databases
            .Select(mapping => endpoint.Role == EndpointRole.Source ? mapping.From : mapping.To)
            .Where(address => address.Endpoint == endpoint.Name)
            .Select(address => address.Database)
            .Distinct(StringComparer.Ordinal),
    ];

    private async Task<EndpointFacts> LookAtServerAsync(Endpoint endpoint, ImmutableArray<string> databases, CancellationToken cancellationToken)
    {
        await using var connection = await MaintenanceDatabase.OpenAsync(connector, endpoint, databases, SessionKind.SourceRead, cancellationToken);
        try
        {
            return await ServerLook.ReadAsync(connection, endpoint, (await connector.ResolveAsync(endpoint, cancellationToken)).Rds, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, endpoint.Name);
        }
    }

    private async Task<(ImmutableArray<DatabaseFacts> Facts, ImmutableArray<Diagnostic> Findings)> LookAtDatabasesAsync(
        MigrationManifest manifest, Endpoint endpoint, ImmutableArray<string> databases, CancellationToken cancellationToken)
    {
        var facts = new DatabaseFacts?[databases.Length];
        var findings = new Diagnostic?[databases.Length];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = DatabasesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, databases.Length, limits, async (i, token) =>
        {
            try
            {
                facts[i] = await LookAtDatabaseAsync(endpoint, databases[i], [.. MappingsFrom(manifest, endpoint, databases[i])], token);
            }
            catch (StepFailedException exception)
            {
                findings[i] = exception.Diagnostic;
            }
        });
        return ([.. facts.OfType<DatabaseFacts>()], [.. findings.OfType<Diagnostic>()]);
    }

    private static IEnumerable<DatabaseMapping> MappingsFrom(MigrationManifest manifest, Endpoint endpoint, string database) =>
        endpoint.Role == EndpointRole.Source ? manifest.Databases.Where(mapping => mapping.From == new DatabaseAddress(endpoint.Name, database)) : [];

    private async Task<DatabaseFacts> LookAtDatabaseAsync(
        Endpoint endpoint, string database, ImmutableArray<DatabaseMapping> mappings, CancellationToken cancellationToken)
    {
        var address = new DatabaseAddress(endpoint.Name, database);
        try
        {
            await using var connection = await connector.OpenAsync(endpoint, database, SessionKind.SourceRead, cancellationToken);
            if (endpoint.Role == EndpointRole.Source)
            {
                await UnreadableTextLook.RefuseAsync(connection, address.ToString(), cancellationToken);
            }

            var facts = await DatabaseLook.ReadAsync(connection, endpoint.Role, address, cancellationToken);
            if (endpoint.Role == EndpointRole.Source)
            {
                var filters = mappings.Select(mapping => SelectionFilter.For(mapping).Knowing(facts.Partitions)).ToList();
                facts = facts with
                {
                    ClosedColumns = await ClosedColumnsLook.ReadAsync(
                        connection, (schema, table) => filters.Any(filter => filter.PicksRows(schema, table)), cancellationToken),
                };
            }

            var skips = mappings.Any(mapping => !mapping.SkipExtensions.IsEmpty);
            return skips || mappings.Any(mapping => !SelectionFilter.For(mapping).IsEverything)
                ? facts with
                {
                    ObjectNeeds = await NeedsLook.ReadAsync(connection, cancellationToken),
                    PublishedParts = facts.Publications.IsEmpty ? [] : await PublishedPartsLook.ReadAsync(connection, cancellationToken),
                    RoleUses = mappings.All(mapping => SelectionFilter.For(mapping).IsEveryObject)
                        ? []
                        : await NeedsLook.ReadRoleUsesAsync(connection, cancellationToken),
                    ExtensionMembers = skips ? await NeedsLook.ReadMembersAsync(connection, cancellationToken) : [],
                }
                : facts;
        }
        catch (StepFailedException exception) when (endpoint.Role == EndpointRole.Target && IsAbsence(exception))
        {
            return new DatabaseFacts { Role = endpoint.Role, Address = address, Exists = false };
        }
        catch (NpgsqlException exception)
        {
            var reason = PostgresErrors.Translate(exception, address.ToString()).Diagnostic.Message
                + await TellLocksAsync(endpoint, database, exception, cancellationToken);
            throw new StepFailedException(ConnectionDiagnostics.InspectionFailed(address.ToString(), reason), FailureClass.Permanent, exception);
        }
    }

    /// <summary>Whom the look has waited for in vain, where that was it.</summary>
    private async Task<string> TellLocksAsync(Endpoint endpoint, string database, NpgsqlException exception, CancellationToken cancellationToken)
    {
        if (exception.SqlState != PostgresErrorCodes.LockNotAvailable)
        {
            return "";
        }

        try
        {
            await using var connection = await connector.OpenAsync(endpoint, database, SessionKind.SourceRead, cancellationToken);
            var locks = await connection.QueryAsync(
                EmbeddedSql.Load("exclusive-locks.sql"),
                row => $"{row.GetString(0)} is locked by {row.GetString(1)}",
                cancellationToken);
            return locks.IsEmpty ? "" : $": {string.Join(", ", locks.Take(LocksNamed))}{(locks.Length > LocksNamed ? ", and others" : "")}";
        }
        catch (Exception unknown) when (unknown is NpgsqlException or StepFailedException)
        {
            // What is known is told all the same.
            return "";
        }
    }

    private static bool IsAbsence(StepFailedException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName };

    private sealed record EndpointLook
    {
        public EndpointFacts? Server { get; init; }

        public ImmutableArray<DatabaseFacts> Databases { get; init; } = [];

        public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];
    }
}
