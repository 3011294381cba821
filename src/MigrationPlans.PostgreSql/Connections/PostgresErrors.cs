using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Translates the driver's exceptions into step failures, by SQLSTATE, never by message text.</summary>
public static class PostgresErrors
{
    /// <param name="subject">What was being worked on: an endpoint's database, an object.</param>
    public static StepFailedException Translate(NpgsqlException exception, string subject)
    {
        if (exception is PostgresException server)
        {
            var failureClass = IsBeingCreated(server) ? FailureClass.Transient : ClassOf(server.SqlState);
            return new StepFailedException(
                FunctionFailure.Find(server, subject) ?? Describe(subject, server.SqlState, server.MessageText, server.Detail, server.Hint),
                failureClass,
                exception);
        }

        if (FindFailure(exception) is { } failure)
        {
            return failure;
        }

        return new StepFailedException(
            ExecutionDiagnostics.ConnectionFailed(subject, Chain(exception).Last().Message), FailureClass.Transient, exception);
    }

    internal static Diagnostic Describe(string subject, string sqlState, string message, string? detail, string? hint) => sqlState switch
    {
        PostgresErrorCodes.QueryCanceled => ExecutionDiagnostics.Cancelled(subject, sqlState, message),
        PostgresErrorCodes.DiskFull => ExecutionDiagnostics.ServerError(subject, sqlState, message, detail, "make room on the server's disk, and run the same command again"),
        _ => ExecutionDiagnostics.ServerError(subject, sqlState, message, DetailOf(sqlState, detail), hint),
    };

    /// <summary>Null where it is a whole row, which is not for messages.</summary>
    internal static string? DetailOf(string sqlState, string? detail) =>
        sqlState is PostgresErrorCodes.CheckViolation or PostgresErrorCodes.NotNullViolation ? null : detail;

    /// <summary>A failure of ours that the driver wrapped: a password that can't be had.</summary>
    internal static StepFailedException? FindFailure(Exception exception)
    {
        foreach (var cause in Chain(exception))
        {
            switch (cause)
            {
                case StepFailedException failed:
                    return new StepFailedException(failed.Diagnostic, failed.FailureClass, exception);
                case DiagnosticException found:
                    return new StepFailedException(found.Diagnostic, found.IsTransient ? FailureClass.Transient : FailureClass.Permanent, exception);
            }
        }

        return null;
    }

    /// <summary>The exception and its causes, the innermost last.</summary>
    internal static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            yield return current;
        }
    }

    internal static FailureClass ClassOf(string sqlState) => sqlState switch
    {
        // Where a failover has left us with the server that was the primary, or with one that is not the primary yet.
        PostgresErrorCodes.ReadOnlySqlTransaction => FailureClass.Unavailable,
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections => FailureClass.Unavailable,
        _ => IsPassing(sqlState) ? FailureClass.Transient : FailureClass.Permanent,
    };

    internal static bool IsTransient(string sqlState) => ClassOf(sqlState) != FailureClass.Permanent;

    // Class 08 connection, 40 rollback (deadlock, serialization), 53 resources (but not 53400, a limit that was set), 55P03 a lock
    // not had in time, 57014 cancelled by somebody, 57P0x shutdown and restart.
    private static bool IsPassing(string sqlState) =>
        sqlState.StartsWith("08", StringComparison.Ordinal)
        || sqlState.StartsWith("40", StringComparison.Ordinal)
        || (sqlState.StartsWith("53", StringComparison.Ordinal) && sqlState != PostgresErrorCodes.ConfigurationLimitExceeded)
        || sqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
        || sqlState.StartsWith("57P0", StringComparison.Ordinal);

    /// <summary>The server session of a killed run is just creating the same: the names collide in a catalog's index, or a moment later by rule.</summary>
    private static bool IsBeingCreated(PostgresException server) =>
        server is { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "pg_catalog" } or { SqlState: PostgresErrorCodes.DuplicateDatabase };

    /// <summary>
    /// An object that a step has not recorded yet is there already. The server session of a killed run may still finish and
    /// commit its last statement: a second look finds it in the ledger, so trying again helps.
    /// </summary>
    /// <remarks>duplicate_table, duplicate_object, duplicate_schema, duplicate_function.</remarks>
    internal static bool IsAlreadyThere(string sqlState) => sqlState is "42P07" or "42710" or "42P06" or "42723";
}
