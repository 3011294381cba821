using System.Collections.Concurrent;
using System.Net.Security;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Opens connections to endpoints. Resolves each endpoint once; asks for the password anew at each connect.</summary>
public sealed class PostgresConnector(IEndpointResolver resolver) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(EndpointRole Role, string Endpoint), Lazy<Task<ResolvedEndpoint>>> resolved = new();
    private readonly ConcurrentDictionary<(EndpointRole Role, string Endpoint, string Database, SessionKind Kind), NpgsqlDataSource> dataSources = new();

    /// <summary>Opens a connection of its own, never a pooled one: session state can't leak from one use to the next.</summary>
    /// <exception cref="Execution.StepFailedException">The server can't be reached or refuses the login.</exception>
    public async Task<NpgsqlConnection> OpenAsync(Endpoint endpoint, string database, SessionKind kind, CancellationToken cancellationToken)
    {
        var address = await ResolveAsync(endpoint, cancellationToken);
        var source = dataSources.GetOrAdd((endpoint.Role, endpoint.Name, database, kind), _ => BuildDataSource(address, database, kind));
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, $"{endpoint.Name}/{database}");
        }
    }

    /// <summary>Where the endpoint is and how to log in; for tools that open connections of their own.</summary>
    public Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, CancellationToken cancellationToken) =>
        resolved.GetOrAdd(
            (endpoint.Role, endpoint.Name),
            _ => new Lazy<Task<ResolvedEndpoint>>(() => resolver.ResolveAsync(endpoint, cancellationToken))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var source in dataSources.Values)
        {
            await source.DisposeAsync();
        }
    }

    private static NpgsqlDataSource BuildDataSource(ResolvedEndpoint endpoint, string database, SessionKind kind)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = endpoint.Address.Host,
            Port = endpoint.Address.Port,
            Database = database,
            Username = endpoint.Username,
            ApplicationName = "migplan",
            Options = SessionSettings.StartupOptions(kind),
            SslMode = ToSslMode(endpoint.Tls.Mode),
            RootCertificate = endpoint.Tls.RootCertificate,
            ClientEncoding = "UTF8",
            Pooling = false,
            Timeout = 15,
            CommandTimeout = 0,
            KeepAlive = 30,
            TcpKeepAlive = true,
            MaxAutoPrepare = 0,
            IncludeErrorDetail = true,
            NoResetOnClose = true,
        };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        // Only built-in types are read as values; rows are relayed unparsed. Loading a database's types costs a query per connect.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        builder.UsePasswordProvider(
            _ => throw new NotSupportedException("connections are opened asynchronously"),
            async (_, cancellationToken) => (await endpoint.Password(cancellationToken))?.Reveal() ?? "");
        builder.UseSslClientAuthenticationOptionsCallback(options => CheckAgainstServerName(options, endpoint.Host));
        return builder.Build();
    }

    /// <summary>Through a tunnel the certificate is still the server's.</summary>
    private static void CheckAgainstServerName(SslClientAuthenticationOptions options, string host) => options.TargetHost = host;

    private static SslMode ToSslMode(TlsMode mode) => mode switch
    {
        TlsMode.Disable => SslMode.Disable,
        TlsMode.Allow => SslMode.Allow,
        TlsMode.Prefer => SslMode.Prefer,
        TlsMode.Require => SslMode.Require,
        TlsMode.VerifyCa => SslMode.VerifyCA,
        _ => SslMode.VerifyFull,
    };
}
