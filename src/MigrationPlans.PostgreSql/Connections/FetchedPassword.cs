using System.Runtime.ExceptionServices;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// The password for logins at an endpoint that are about to begin. It is fetched before their time is counted, because a secret may take its time; that
/// it can't be had is told only when a server asks for it, as one that trusts or knows us otherwise does not.
/// </summary>
internal sealed class FetchedPassword
{
    private volatile Answer latest = new(null, Because(new InvalidOperationException("the password was not fetched before the login")));

    /// <summary>Null where there is none, or it can't be had, of which <see cref="Reveal"/> tells the reason.</summary>
    public Secret? OrNone => latest.Password;

    public static async Task<FetchedPassword> OfAsync(ResolvedEndpoint endpoint, CancellationToken cancellationToken)
    {
        var password = new FetchedPassword();
        await password.FetchAsync(endpoint, cancellationToken);
        return password;
    }

    /// <summary>Of logins at once, all use what was fetched last.</summary>
    public async Task FetchAsync(ResolvedEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var password = await endpoint.Password(cancellationToken);
            latest = password?.Reveal() switch
            {
                null => new Answer(null, Because(new DiagnosticException(ConnectionDiagnostics.PasswordMissing(endpoint.Name, endpoint.Username)))),
                "" => new Answer(null, Because(new DiagnosticException(ConnectionDiagnostics.PasswordEmpty(endpoint.Name, endpoint.Username)))),
                _ => new Answer(password, Failure: null),
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            latest = new Answer(null, Because(exception));
        }
    }

    /// <exception cref="DiagnosticException">There is none.</exception>
    /// <exception cref="Execution.StepFailedException">It can't be had.</exception>
    public string Reveal()
    {
        var answer = latest;
        answer.Failure?.Throw();
        return answer.Password!.Reveal();
    }

    private static ExceptionDispatchInfo Because(Exception exception) => ExceptionDispatchInfo.Capture(exception);

    /// <param name="Failure">Null where there is a password.</param>
    private sealed record Answer(Secret? Password, ExceptionDispatchInfo? Failure);
}
