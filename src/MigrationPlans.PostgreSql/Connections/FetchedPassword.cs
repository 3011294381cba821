using System.Runtime.ExceptionServices;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// The password for logins at an endpoint that are about to begin. It is fetched before their time is counted, because a secret may take its time; that
/// it can't be had is told only when a server asks for it, as one that trusts or knows us otherwise does not.
/// </summary>
internal sealed class FetchedPassword
{
    private volatile Func<string> latest = () => throw new InvalidOperationException("the password was not fetched before the login");

    /// <summary>Of logins at once, all use what was fetched last.</summary>
    public async Task FetchAsync(ResolvedEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var password = (await endpoint.Password(cancellationToken))?.Reveal();
            latest = () => password switch
            {
                null => throw new DiagnosticException(ConnectionDiagnostics.PasswordMissing(endpoint.Name, endpoint.Username)),
                "" => throw new DiagnosticException(ConnectionDiagnostics.PasswordEmpty(endpoint.Name, endpoint.Username)),
                _ => password,
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = ExceptionDispatchInfo.Capture(exception);
            latest = () =>
            {
                failure.Throw();
                return "";
            };
        }
    }

    /// <summary>
    /// For logins that follow those of a connector: where the password can't be had, and the server asked for it, those have told. A failure that may
    /// pass is told here.
    /// </summary>
    public static async Task<Secret?> OrNoneAsync(ResolvedEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await endpoint.Password(cancellationToken);
        }
        catch (StepFailedException exception) when (exception.FailureClass == FailureClass.Permanent)
        {
            return null;
        }
    }

    /// <exception cref="DiagnosticException">There is none.</exception>
    public string Reveal() => latest();
}
