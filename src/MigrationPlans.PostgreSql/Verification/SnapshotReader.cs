using System.Data;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>A connection that reads one thing after another, each in a transaction of its own that sees the same moment.</summary>
internal sealed class SnapshotReader : IAsyncDisposable
{
    private readonly SharedSnapshot snapshot;

    private SnapshotReader(SharedSnapshot snapshot, NpgsqlConnection connection)
    {
        this.snapshot = snapshot;
        Connection = connection;
    }

    public NpgsqlConnection Connection { get; private set; }

    public static async Task<SnapshotReader> OpenAsync(SharedSnapshot snapshot, CancellationToken cancellationToken) =>
        new(snapshot, await snapshot.OpenAsync(cancellationToken));

    /// <summary>
    /// For what is read next; where the driver has closed the connection, as it does when a server lacks memory or reports an error
    /// of its own, with another one.
    /// </summary>
    /// <exception cref="Execution.StepFailedException">The server is gone, or the moment is.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Connection.State == ConnectionState.Open)
            {
                await snapshot.RestartAsync(Connection, cancellationToken);
                return;
            }

            await Connection.DisposeAsync();
            Connection = await snapshot.OpenAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            // What fails here is no table's fault.
            throw PostgresErrors.Translate(exception, snapshot.Subject);
        }
    }

    public ValueTask DisposeAsync() => new Parting(Connection).DisposeAsync();
}
