using System.Collections.Concurrent;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Connections to the source that all see the same snapshot, lent to one reader at a time.</summary>
/// <param name="openAsync">Opens one and puts it into the snapshot.</param>
internal sealed class SourceReaders<TConnection>(Func<CancellationToken, Task<TConnection>> openAsync) : IAsyncDisposable
    where TConnection : class, IAsyncDisposable
{
    private readonly ConcurrentBag<TConnection> idle = [];
    private readonly ConcurrentDictionary<TConnection, bool> all = new();

    public async Task<TConnection> RentAsync(CancellationToken cancellationToken)
    {
        if (!idle.TryTake(out var connection))
        {
            connection = await openAsync(cancellationToken);
            all[connection] = true;
        }

        return connection;
    }

    /// <summary>Gives a connection back after a use without a failure; one that failed is not given back.</summary>
    public void Return(TConnection connection) => idle.Add(connection);

    public async ValueTask DisposeAsync()
    {
        idle.Clear();
        await Task.WhenAll(all.Keys.Where(connection => all.TryRemove(connection, out _)).ToList().Select(LetGoAsync));
    }

    private static async Task LetGoAsync(TConnection connection)
    {
        try
        {
            await new Parting(connection).DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // The server has ended it already, and with it its transaction.
        }
    }
}
