using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Wire;
using Npgsql;

namespace MigrationPlans.PostgreSql.Snapshots;

/// <summary>Lets a transaction see what another one's snapshot sees, which lives no longer than that one's session.</summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-set-transaction.html</remarks>
internal static class SnapshotImport
{
    /// <summary>Begins a transaction. What follows it in the same execution must be unable to fail by itself.</summary>
    public static string Begin(string id) => $"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT {SqlText.Literal(id)}";

    /// <param name="connection">Is closed when it can't begin.</param>
    /// <param name="beginAsync">Executes <see cref="Begin"/>.</param>
    /// <param name="database">Whose snapshot it is, for messages.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="StepFailedException">The snapshot is gone; trying again with a new one helps.</exception>
    public static async Task<TConnection> BeginAsync<TConnection>(TConnection connection, Func<TConnection, Task> beginAsync, string database)
        where TConnection : IAsyncDisposable
    {
        try
        {
            await beginAsync(connection);
            return connection;
        }
        catch (Exception exception)
        {
            await connection.DisposeAsync();
            if (exception is PostgresException { SqlState: var sqlState } && IsGone(sqlState)
                || exception is WireException { Error.SqlState: var wireState } && IsGone(wireState))
            {
                throw new StepFailedException(ExecutionDiagnostics.SnapshotGone(database), FailureClass.Transient, exception);
            }

            throw;
        }
    }

    /// <summary>Its file is gone (another code from 17 on), or its transaction is over while the file is still there.</summary>
    private static bool IsGone(string sqlState) =>
        sqlState is PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.ObjectNotInPrerequisiteState;
}
