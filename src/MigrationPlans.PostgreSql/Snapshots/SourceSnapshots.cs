using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Snapshots;

/// <summary>
/// Holds one exported snapshot a mapping, from the schema dump to the last row read; all readers use it. A snapshot does not
/// survive its holder's connection: whoever meets that failure forgets it and starts anew with another one.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION</remarks>
public sealed class SourceSnapshots(PostgresConnector connector) : IAsyncDisposable
{
    private readonly Dictionary<string, (NpgsqlConnection Holder, SourceSnapshot Snapshot)> held = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim gate = new(1);

    /// <summary>The mapping's snapshot; taken now when none is held or its holder's connection is gone.</summary>
    /// <exception cref="StepFailedException">The source can't be read.</exception>
    public async Task<SourceSnapshot> HoldAsync(StepContext context, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var address = context.Mapping.Address;
            if (held.TryGetValue(address, out var entry) && await IsAliveAsync(entry.Holder, cancellationToken))
            {
                return entry.Snapshot;
            }

            await ForgetAsync(address);
            held[address] = await TakeAsync(context, cancellationToken);
            return held[address].Snapshot;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Ends the mapping's snapshot, so that the source can clean up behind it; does nothing when none is held.</summary>
    public async Task ReleaseAsync(string address)
    {
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            await ForgetAsync(address);
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var address in held.Keys.ToArray())
        {
            await ReleaseAsync(address);
        }

        gate.Dispose();
    }

    private async Task<(NpgsqlConnection Holder, SourceSnapshot Snapshot)> TakeAsync(StepContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.Manifest.FindSource(context.Mapping.From.Endpoint)!;
        var holder = await connector.OpenAsync(endpoint, context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken);
        try
        {
            await using var begin = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", holder);
            await begin.ExecuteNonQueryAsync(cancellationToken);
            await using var export = new NpgsqlCommand("SELECT pg_catalog.pg_export_snapshot()", holder);
            return (holder, new SourceSnapshot((string)(await export.ExecuteScalarAsync(cancellationToken))!));
        }
        catch (NpgsqlException exception)
        {
            await CloseAsync(holder);
            throw PostgresErrors.Translate(exception, context.Mapping.From.ToString());
        }
        catch
        {
            await CloseAsync(holder);
            throw;
        }
    }

    private static async Task<bool> IsAliveAsync(NpgsqlConnection holder, CancellationToken cancellationToken)
    {
        try
        {
            await using var ping = new NpgsqlCommand("SELECT 1", holder);
            await ping.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task ForgetAsync(string address)
    {
        if (held.Remove(address, out var entry))
        {
            await CloseAsync(entry.Holder);
        }
    }

    /// <summary>One that the server has ended can't take its leave any more, and need not.</summary>
    private static async Task CloseAsync(NpgsqlConnection holder)
    {
        try
        {
            await holder.DisposeAsync();
        }
        catch (NpgsqlException)
        {
        }
    }
}
