using System.Collections.Concurrent;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Connections.Silence;
using Npgsql;

namespace MigrationPlans.PostgreSql.Snapshots;

/// <summary>
/// Holds one exported snapshot a mapping, from the schema dump to the last row read; all readers use it. A snapshot does not
/// survive its holder's connection: whoever meets that failure forgets it and starts anew with another one.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION</remarks>
public sealed class SourceSnapshots(PostgresConnector connector) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Hold> holds = new(StringComparer.Ordinal);

    /// <summary>The mapping's snapshot; taken now when none is held or its holder's connection is gone.</summary>
    /// <exception cref="StepFailedException">The source can't be read.</exception>
    public async Task<SourceSnapshot> HoldAsync(StepContext context, CancellationToken cancellationToken)
    {
        // Each mapping waits for its own source only.
        var hold = holds.GetOrAdd(context.Mapping.Address, _ => new Hold());
        await hold.Gate.WaitAsync(cancellationToken);
        try
        {
            if (hold.Holder is { } holder && await IsAliveAsync(holder, cancellationToken))
            {
                return hold.Snapshot!;
            }

            if (hold.Session is { } lost)
            {
                await hold.EndAsync();
                // Dead perhaps, and the server does not know: it would hold back the source's vacuum for as long.
                await connector.Watch.EndAsync(lost);
            }

            (hold.Holder, hold.Snapshot) = await TakeAsync(context, cancellationToken);
            hold.Session = WatchedSession.Of(Sides.Source(context), hold.Holder, () => 0);
            return hold.Snapshot;
        }
        finally
        {
            hold.Gate.Release();
        }
    }

    /// <summary>Ends the mapping's snapshot, so that the source can clean up behind it; does nothing when none is held.</summary>
    public async Task ReleaseAsync(string address)
    {
        if (!holds.TryGetValue(address, out var hold))
        {
            return;
        }

        await hold.Gate.WaitAsync(CancellationToken.None);
        try
        {
            var session = hold.Session;
            if (!await hold.EndAsync() && session is not null)
            {
                await connector.Watch.EndSoonAsync(session);
            }
        }
        finally
        {
            hold.Gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(holds.Keys.Select(ReleaseAsync));
        foreach (var hold in holds.Values)
        {
            hold.Gate.Dispose();
        }
    }

    private async Task<(NpgsqlConnection Holder, SourceSnapshot Snapshot)> TakeAsync(StepContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.Manifest.FindSource(context.Mapping.From.Endpoint)!;
        var holder = await connector.OpenAsync(endpoint, context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken);
        try
        {
            var before = context.Mapping.Fence == Fence.ReadOnly ? await SourceState.NameAsync(holder, Fence.ReadOnly, cancellationToken) : null;
            var ids = await holder.QueryAsync(
                "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SELECT pg_catalog.pg_export_snapshot()", row => row.GetString(0), cancellationToken);
            return (holder, new SourceSnapshot(ids[0]) { StateBefore = before });
        }
        catch (Exception exception)
        {
            await EndAsync(holder);
            if (exception is NpgsqlException refused)
            {
                throw PostgresErrors.Translate(refused, context.Mapping.From.ToString());
            }

            throw;
        }
    }

    private static async Task<bool> IsAliveAsync(NpgsqlConnection holder, CancellationToken cancellationToken)
    {
        try
        {
            // It has lain there since another step, and nobody watches over it.
            await using var ping = new NpgsqlCommand("SELECT 1", holder) { CommandTimeout = EndpointDataSource.ConnectSeconds };
            await ping.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <returns>False: the server may think that we are still there.</returns>
    private static async Task<bool> EndAsync(NpgsqlConnection holder)
    {
        try
        {
            return await new Parting(holder).EndAsync();
        }
        catch (PostgresException)
        {
            // The server has ended it already.
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private sealed class Hold
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public NpgsqlConnection? Holder { get; set; }

        public SourceSnapshot? Snapshot { get; set; }

        public WatchedSession? Session { get; set; }

        /// <returns>False: the server may think that we are still there.</returns>
        public async Task<bool> EndAsync()
        {
            var holder = Holder;
            (Holder, Snapshot, Session) = (null, null, null);
            return holder is null || await SourceSnapshots.EndAsync(holder);
        }
    }
}
