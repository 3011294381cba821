using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections.Silence;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Opens connections to endpoints. Resolves each endpoint once; asks for the password anew at each connect.</summary>
/// <param name="time">By which a login is too slow, and silence is measured; null: the system's.</param>
/// <param name="silence">When a connection on which nothing comes is asked about; null: the usual.</param>
public sealed class PostgresConnector(IEndpointResolver resolver, TimeProvider? time = null, SilenceLimits? silence = null) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(EndpointRole Role, string Endpoint), Lazy<Task<ResolvedEndpoint>>> resolved = new();
    private readonly ConcurrentDictionary<(EndpointRole Role, string Endpoint, string Database, SessionKind Kind, int? ServerMajor), NpgsqlDataSource>
        dataSources = new();
    private readonly ConcurrentDictionary<(EndpointRole Role, string Endpoint), FetchedPassword> passwords = new();
    private readonly ConcurrentDictionary<(EndpointRole Role, string Endpoint), int> serverMajors = new();
    private readonly ConcurrentDictionary<(EndpointRole Role, string Endpoint, string Database), ImmutableArray<(string Name, string Value)>>
        ordinarySettings = new();
    private readonly CancellationTokenSource disposed = new();
    private SilenceWatch? watch;

    /// <summary>Hears what a long wait is for, of work that nobody else is told of; null for nobody. Called from many threads.</summary>
    public Action<LongWait>? TellWait { get; set; }

    /// <summary>Over the connections that work opens here.</summary>
    internal SilenceWatch Watch =>
        LazyInitializer.EnsureInitialized(ref watch, () => new SilenceWatch(this, silence ?? new SilenceLimits(), time ?? TimeProvider.System));

    /// <summary>
    /// Opens a connection, or takes one that lies idle: a new one costs a server process and up to seven round trips. Disposing of it ends its
    /// transaction; the rest of its state (settings, role, locks) is discarded before the next use, or when it is closed, soon after.
    /// A lock that must end at once belongs into a transaction.
    /// </summary>
    /// <exception cref="StepFailedException">
    /// The endpoint can't be resolved, the server can't be reached or refuses the login; the diagnostic says which.
    /// </exception>
    public async Task<NpgsqlConnection> OpenAsync(Endpoint endpoint, string database, SessionKind kind, CancellationToken cancellationToken)
    {
        var address = await ResolveAsync(endpoint, cancellationToken);
        var password = passwords.GetOrAdd((endpoint.Role, endpoint.Name), _ => new FetchedPassword());
        var source = dataSources.GetOrAdd(
            (endpoint.Role, endpoint.Name, database, kind, address.ServerMajor),
            _ => EndpointDataSource.Build(address, database, kind, password));
        try
        {
            var connection = await OpenAsync(source, address, password, cancellationToken);
            SilenceWatch.Add(endpoint, connection);
            serverMajors.TryAdd(
                (endpoint.Role, endpoint.Name),
                await SetUpAsync(connection, kind, address.ServerMajor, $"{endpoint.Name}/{database}", cancellationToken));
            return connection;
        }
        catch (NpgsqlException exception)
        {
            if (exception.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                // Those that lie idle may be the ones too many, when this is tried again.
                CloseIdle(endpoint);
            }

            throw ConnectErrors.Translate(exception, address, $"{endpoint.Name}/{database}");
        }
    }

    /// <summary>What an ordinary session of the database has for <see cref="ComputingSettings.Names"/>; read once, as it takes a session of its own.</summary>
    /// <exception cref="StepFailedException">As for <see cref="OpenAsync(Endpoint, string, SessionKind, CancellationToken)"/>.</exception>
    /// <exception cref="NpgsqlException">The server refused, or is gone.</exception>
    internal async Task<ImmutableArray<(string Name, string Value)>> ReadOrdinarySettingsAsync(
        Endpoint endpoint, string database, CancellationToken cancellationToken)
    {
        var key = (endpoint.Role, endpoint.Name, database);
        if (!ordinarySettings.TryGetValue(key, out var known))
        {
            await using var session = await OpenAsync(endpoint, database, SessionKind.Ordinary, cancellationToken);
            known = await session.QueryAsync(
                EmbeddedSql.Load("ordinary-settings.sql"),
                row => (row.GetString(0), row.GetString(1)),
                cancellationToken,
                new object[] { ComputingSettings.Names.ToArray() });
            ordinarySettings[key] = known;
        }

        return known;
    }

    /// <summary>Closes connections to the database that nobody uses: before it is dropped, or before others need its last ones.</summary>
    public void CloseIdle(Endpoint endpoint, string database) => CloseIdle(endpoint, name => name == database);

    /// <summary>The same for all databases: where connections are dead, those that lie idle may be too.</summary>
    public void CloseIdle(Endpoint endpoint) => CloseIdle(endpoint, _ => true);

    /// <summary>Where the endpoint is, how to log in and of which version the server is; for those that open connections of their own.</summary>
    /// <exception cref="StepFailedException">It can't be found out, or the server can't be reached, which is tried where nobody has reached it yet.</exception>
    public async Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, string database, SessionKind kind, CancellationToken cancellationToken)
    {
        if ((await ResolveAsync(endpoint, cancellationToken)).ServerMajor is null)
        {
            await using var first = await OpenAsync(endpoint, database, kind, cancellationToken);
        }

        return await ResolveAsync(endpoint, cancellationToken);
    }

    /// <summary>Where the endpoint is and how to log in.</summary>
    /// <exception cref="StepFailedException">It can't be found out; the next call tries again. The password function throws the same.</exception>
    public async Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var key = (endpoint.Role, endpoint.Name);

        // One look serves all callers, so no single caller's token may end it; each stops waiting by its own.
        var look = resolved.GetOrAdd(key, _ => new Lazy<Task<ResolvedEndpoint>>(() => LookUpAsync(endpoint)));
        try
        {
            var address = await look.Value.WaitAsync(cancellationToken);
            return serverMajors.TryGetValue(key, out var major) ? address with { ServerMajor = major } : address;
        }
        catch when (!cancellationToken.IsCancellationRequested)
        {
            // A failure is not kept: the next caller may have more luck.
            resolved.TryRemove(KeyValuePair.Create(key, look));
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync();
        foreach (var source in dataSources.Values)
        {
            await source.DisposeAsync();
        }

        disposed.Dispose();
    }

    private async Task<NpgsqlConnection> OpenAsync(
        NpgsqlDataSource source, ResolvedEndpoint address, FetchedPassword password, CancellationToken cancellationToken)
    {
        try
        {
            await password.FetchAsync(address, cancellationToken);
            return await OpenInTimeAsync(source, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidPassword && address.PasswordRefused is not null)
        {
            // The secret may have rotated since it was read: once more, with a fresh one.
            address.PasswordRefused();
            await password.FetchAsync(address, cancellationToken);
            return await OpenInTimeAsync(source, cancellationToken);
        }
    }

    /// <exception cref="NpgsqlException">Holds a <see cref="TimeoutException"/> where the time passed.</exception>
    private async Task<NpgsqlConnection> OpenInTimeAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        // The driver's own limit leaves the TLS handshake out.
        using var clock = new CancellationTokenSource(TimeSpan.FromSeconds(EndpointDataSource.ConnectSeconds), time ?? TimeProvider.System);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            return await source.OpenConnectionAsync(deadline.Token);
        }
        catch (Exception exception) when (deadline.IsCancellationRequested && PostgresErrors.Chain(exception).Any(cause => cause is OperationCanceledException))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new NpgsqlException("the login took too long", new TimeoutException(exception.Message, exception));
        }
    }

    /// <returns>The server's version; the first connection to it tells us, and is given by statements what later ones ask for when they start.</returns>
    private static async Task<int> SetUpAsync(
        NpgsqlConnection connection, SessionKind kind, int? serverMajor, string subject, CancellationToken cancellationToken)
    {
        try
        {
            if (serverMajor is null)
            {
                await PinnedSettings.RequireAsync(connection, kind, subject, cancellationToken);
            }

            var major = connection.PostgreSqlVersion.Major;
            if (SessionSettings.AfterLoginSql(kind, serverMajor, major) is { Length: > 0 } sql)
            {
                await connection.ExecuteAsync(sql, cancellationToken);
            }

            return major;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private void CloseIdle(Endpoint endpoint, Func<string, bool> isMeant)
    {
        foreach (var (key, source) in dataSources)
        {
            if (key.Role == endpoint.Role && key.Endpoint == endpoint.Name && isMeant(key.Database))
            {
                source.Clear();
            }
        }
    }

    private async Task<ResolvedEndpoint> LookUpAsync(Endpoint endpoint)
    {
        try
        {
            var found = await resolver.ResolveAsync(endpoint, disposed.Token);
            return found with { Password = token => ReadPasswordAsync(found, token) };
        }
        catch (DiagnosticException exception)
        {
            throw Failed(exception);
        }
    }

    private static async ValueTask<Secret?> ReadPasswordAsync(ResolvedEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await endpoint.Password(cancellationToken);
        }
        catch (DiagnosticException exception)
        {
            throw Failed(exception);
        }
    }

    private static StepFailedException Failed(DiagnosticException exception) =>
        new(exception.Diagnostic, exception.IsTransient ? FailureClass.Transient : FailureClass.Permanent, exception);
}
