using System.Collections.Concurrent;
using MigrationPlans.PostgreSql.Snapshots;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Connections to the source that all see the same snapshot, lent to one reader at a time.</summary>
internal sealed class SourceReaders(Func<CancellationToken, Task<NpgsqlConnection>> openAsync, SourceSnapshot snapshot) : IAsyncDisposable
{
    private readonly ConcurrentBag<NpgsqlConnection> idle = [];
    private readonly ConcurrentDictionary<NpgsqlConnection, bool> all = new();

    public async Task<NpgsqlConnection> RentAsync(CancellationToken cancellationToken)
    {
        if (idle.TryTake(out var connection))
        {
            return connection;
        }

        connection = await openAsync(cancellationToken);
        all[connection] = true;
        await using var begin = new NpgsqlCommand(
            $"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT {Connections.SqlText.Literal(snapshot.Id)}", connection);
        await begin.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    /// <summary>Gives a connection back after it was read to the end without a failure.</summary>
    public void Return(NpgsqlConnection connection) => idle.Add(connection);

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in all.Keys)
        {
            if (all.TryRemove(connection, out _))
            {
                await connection.DisposeAsync();
            }
        }

        idle.Clear();
    }
}
