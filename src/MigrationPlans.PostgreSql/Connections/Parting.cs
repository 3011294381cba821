namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// Lets go of a connection that reads in a transaction. The driver ends that first and waits for the server to say so, for ever where
/// the connection is dead. A server that does not say so soon is left to itself.
/// </summary>
internal sealed class Parting(IAsyncDisposable connection) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async ValueTask DisposeAsync() => await EndAsync();

    /// <returns>False: the server has not said that the transaction is over, and may think that we are still there.</returns>
    public async Task<bool> EndAsync()
    {
        try
        {
            await connection.DisposeAsync().AsTask().WaitAsync(Patience);
            return true;
        }
        catch (TimeoutException)
        {
            // There was nothing to keep.
            return false;
        }
    }
}
