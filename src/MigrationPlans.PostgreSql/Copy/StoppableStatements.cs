using MigrationPlans.PostgreSql.Wire;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Statements that run for long and must not run on when we stop waiting for them.</summary>
internal static class StoppableStatements
{
    /// <summary>Runs the text; when the token says so, the server is asked to end it before the wait is given up.</summary>
    public static async Task ExecuteStoppableAsync(this WireConnection connection, string sql, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(sql, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            try
            {
                await connection.CancelAsync(CancellationToken.None);
            }
            catch (IOException)
            {
                // The server takes no connection any more: nothing runs on there.
            }

            throw;
        }
    }
}
