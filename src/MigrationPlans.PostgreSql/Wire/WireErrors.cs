using System.Security.Authentication;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>Translates failures of protocol-level connections into step failures, as <see cref="PostgresErrors"/> does for the driver's.</summary>
internal static class WireErrors
{
    public static bool IsOurs(Exception exception) =>
        exception is WireException or IOException or ObjectDisposedException or AuthenticationException or InvalidDataException;

    /// <param name="subject">What was being worked on.</param>
    public static StepFailedException Translate(Exception exception, string subject) => exception switch
    {
        WireException { Error: { } error } => new StepFailedException(
            FunctionFailure.Find(error.SqlState, error.Message, error.Where, subject, place: null)
                ?? PostgresErrors.Describe(subject, error.SqlState, error.Message, error.Detail, error.Hint),
            PostgresErrors.IsAlreadyThere(error.SqlState) ? FailureClass.Transient : PostgresErrors.ClassOf(error.SqlState),
            exception),
        AuthenticationException =>
            new StepFailedException(ExecutionDiagnostics.ConnectionFailed(subject, exception.Message), FailureClass.Permanent, exception),
        _ => new StepFailedException(ExecutionDiagnostics.ConnectionFailed(subject, exception.Message), FailureClass.Transient, exception),
    };
}
