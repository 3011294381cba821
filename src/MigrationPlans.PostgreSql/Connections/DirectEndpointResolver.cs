using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Resolves <c>postgres</c> endpoints, with passwords from the environment or from files.</summary>
/// <param name="baseDirectory">What relative paths in the manifest start from: the manifest's directory.</param>
public sealed class DirectEndpointResolver(string baseDirectory) : IEndpointResolver
{
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

    private async ValueTask<Secret?> ReadPasswordAsync(Endpoint endpoint, PasswordReference? reference, CancellationToken cancellationToken)
    {
        switch (reference)
        {
            case null:
                return null;
            case { Env: { } variable }:
                var value = Environment.GetEnvironmentVariable(variable)
                    ?? throw new DiagnosticException(InspectionDiagnostics.PasswordVariableMissing(endpoint.Name, variable));
                return new Secret(value);
            case { File: { } path }:
                return new Secret(await ReadFileAsync(endpoint, Absolute(path)!, cancellationToken));
            default:
                throw new DiagnosticException(ExecutionDiagnostics.NotYetCarriedOut(endpoint.Name, "a password in Secrets Manager"));
        }
    }

    private static async Task<string> ReadFileAsync(Endpoint endpoint, string path, CancellationToken cancellationToken)
    {
        try
        {
            var text = await File.ReadAllTextAsync(path, cancellationToken);
            return text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(InspectionDiagnostics.PasswordFileUnreadable(endpoint.Name, path, exception.Message), exception);
        }
    }

    private string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path, baseDirectory);
}
