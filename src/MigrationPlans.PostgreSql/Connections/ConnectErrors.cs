using System.Security.Authentication;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Says why a connection did not come about, by SQLSTATE and by kind of exception.</summary>
internal static class ConnectErrors
{
    /// <param name="subject">The endpoint's database.</param>
    public static StepFailedException Translate(NpgsqlException exception, ResolvedEndpoint endpoint, string subject)
    {
        if (PostgresErrors.FindFailure(exception) is { } failure)
        {
            return failure;
        }

        var (found, failureClass) = exception is PostgresException server
            ? FromServer(server, endpoint, subject)
            : FromDriver(exception, endpoint, subject);
        return new StepFailedException(found, failureClass, exception);
    }

    private static (Diagnostic, FailureClass) FromServer(PostgresException server, ResolvedEndpoint endpoint, string subject) => server.SqlState switch
    {
        PostgresErrorCodes.InvalidAuthorizationSpecification when endpoint is { Rds: not null, Tls.Mode: Manifest.TlsMode.Disable } =>
            (RdsConnectionDiagnostics.TlsWanted(subject, endpoint.Username, server.SqlState, server.MessageText), FailureClass.Permanent),
        PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidPassword when endpoint.Rds is { TokenResource: { } resource } rds =>
            (RdsConnectionDiagnostics.TokenRefused(subject, endpoint.Username, rds.Principal, resource, server.MessageText), FailureClass.Permanent),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            (ConnectionDiagnostics.LoginRefused(subject, endpoint.Username, server.SqlState, server.MessageText), FailureClass.Permanent),
        PostgresErrorCodes.InvalidCatalogName => (ConnectionDiagnostics.DatabaseMissing(subject), FailureClass.Permanent),
        // 55000: the database accepts no connections.
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ObjectNotInPrerequisiteState =>
            (ConnectionDiagnostics.ConnectDenied(subject, endpoint.Username, server.MessageText), FailureClass.Permanent),
        PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown =>
            (ConnectionDiagnostics.ServerBusy(subject, server.SqlState, server.MessageText), FailureClass.Unavailable),
        // A server takes a startup packet as we send it; PgBouncer and RDS Proxy don't take settings in it.
        PostgresErrorCodes.ProtocolViolation or PostgresErrorCodes.FeatureNotSupported =>
            (ConnectionDiagnostics.PoolerBetween(subject, server.SqlState, server.MessageText), FailureClass.Permanent),
        _ => (
            ExecutionDiagnostics.ServerError(subject, server.SqlState, server.MessageText, server.Detail, server.Hint),
            PostgresErrors.ClassOf(server.SqlState)),
    };

    private static (Diagnostic, FailureClass) FromDriver(NpgsqlException exception, ResolvedEndpoint endpoint, string subject)
    {
        var causes = PostgresErrors.Chain(exception).ToList();
        if (causes.OfType<AuthenticationException>().LastOrDefault() is { } tls)
        {
            return (ConnectionDiagnostics.TlsFailed(subject, ModeName(endpoint), tls.Message), FailureClass.Permanent);
        }

        var isNetwork = causes.Any(cause => cause is IOException or System.Net.Sockets.SocketException or TimeoutException);
        if (!isNetwork && endpoint.Tls.Mode >= Manifest.TlsMode.Require)
        {
            return (ConnectionDiagnostics.TlsFailed(subject, ModeName(endpoint), exception.Message), FailureClass.Permanent);
        }

        var address = $"{endpoint.Address.Host}:{endpoint.Address.Port}";
        var reason = causes.Any(cause => cause is TimeoutException) ? $"no answer within {EndpointDataSource.ConnectSeconds} s" : causes[^1].Message;
        return endpoint.Rds is { } rds
            ? (RdsConnectionDiagnostics.NotReached(
                subject, rds.Instance, rds.Account, address, endpoint.Address.Host != endpoint.Host, rds.IsPublic, rds.SecurityGroups, reason),
                FailureClass.Unavailable)
            : (ConnectionDiagnostics.Unreachable(subject, address, reason), FailureClass.Unavailable);
    }

    private static string ModeName(ResolvedEndpoint endpoint) => endpoint.Tls.Mode switch
    {
        Manifest.TlsMode.VerifyCa => "verify-ca",
        Manifest.TlsMode.VerifyFull => "verify-full",
        var mode => mode.ToString().ToLowerInvariant(),
    };
}
