using System.Collections.Concurrent;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Opens connections to endpoints. Resolves each endpoint once; asks for the password anew at each connect.</summary>
public sealed class PostgresConnector(IEndpointResolver resolver) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(EndpointRole Role, string Endpoint), Lazy<Task<ResolvedEndpoint>>> resolved = new();
    private readonly ConcurrentDictionary<(EndpointRole Role, string Endpoint, string Database, SessionKind Kind), NpgsqlDataSource> dataSources = new();
    private readonly CancellationTokenSource disposed = new();

    /// <summary>Opens a connection of its own, never a pooled one: session state can't leak from one use to the next.</summary>
    /// <exception cref="StepFailedException">
    /// The endpoint can't be resolved, the server can't be reached or refuses the login; the diagnostic says which.
    /// </exception>
    public async Task<NpgsqlConnection> OpenAsync(Endpoint endpoint, string database, SessionKind kind, CancellationToken cancellationToken)
    {
        var address = await ResolveAsync(endpoint, cancellationToken);
        var source = dataSources.GetOrAdd((endpoint.Role, endpoint.Name, database, kind), _ => EndpointDataSource.Build(address, database, kind));
        try
        {
            return await OpenAsync(source, address, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw ConnectErrors.Translate(exception, address, $"{endpoint.Name}/{database}");
        }
    }

    /// <summary>Where the endpoint is and how to log in; for tools that open connections of their own.</summary>
    /// <exception cref="StepFailedException">It can't be found out; the next call tries again. The password function throws the same.</exception>
    public async Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var key = (endpoint.Role, endpoint.Name);

        // One look serves all callers, so no single caller's token may end it; each stops waiting by its own.
        var look = resolved.GetOrAdd(key, _ => new Lazy<Task<ResolvedEndpoint>>(() => LookUpAsync(endpoint)));
        try
        {
            return await look.Value.WaitAsync(cancellationToken);
        }
        catch (StepFailedException)
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

    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, ResolvedEndpoint address, CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidPassword && address.PasswordRefused is not null)
        {
            // The secret may have rotated since it was read: once more, with a fresh one.
            address.PasswordRefused();
            return await source.OpenConnectionAsync(cancellationToken);
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
