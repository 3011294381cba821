using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Resolves <c>postgres</c> endpoints, with passwords from the environment or from files.</summary>
/// <param name="baseDirectory">What relative paths in the manifest start from: the manifest's directory.</param>
public sealed class DirectEndpointResolver(string baseDirectory) : IEndpointResolver
{
    private readonly LocalPasswords passwords = new(baseDirectory);

    public Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint is not { Postgres: { } server, Credentials: PasswordCredentials credentials })
        {
            throw new DiagnosticException(ExecutionDiagnostics.NotYetCarriedOut(endpoint.Name, "an endpoint that needs the AWS API"));
        }

        return Task.FromResult(new ResolvedEndpoint
        {
            Name = endpoint.Name,
            Host = server.Host,
            Address = endpoint.Connect ?? new NetworkAddress(server.Host, server.Port),
            Username = credentials.Username,
            Password = token => ReadPasswordAsync(endpoint, credentials.Password, token),
            Tls = endpoint.Tls with { RootCertificate = Absolute(endpoint.Tls.RootCertificate) },
        });
    }

    private ValueTask<Secret?> ReadPasswordAsync(Endpoint endpoint, PasswordReference? reference, CancellationToken cancellationToken) =>
        reference is { SecretArn: not null }
            ? throw new DiagnosticException(ExecutionDiagnostics.NotYetCarriedOut(endpoint.Name, "a password in Secrets Manager"))
            : passwords.ReadAsync(endpoint, reference, cancellationToken);

    private string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path, baseDirectory);
}
