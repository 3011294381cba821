using MigrationPlans.Execution;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Statements inside a transaction that may be refused without ending it.</summary>
internal static class Attempts
{
    /// <summary>Runs the statement; null when it went through, else the server's refusal for want of a right or an object.</summary>
    public static async Task<PostgresException?> TryAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("SAVEPOINT attempt", cancellationToken);
        try
        {
            await connection.ExecuteAsync(sql, cancellationToken);
            await connection.ExecuteAsync("RELEASE SAVEPOINT attempt", cancellationToken);
            return null;
        }
        catch (PostgresException exception) when (PostgresErrors.Translate(exception, "").FailureClass == FailureClass.Permanent)
        {
            await connection.ExecuteAsync("ROLLBACK TO SAVEPOINT attempt", cancellationToken);
            return exception;
        }
    }
}
