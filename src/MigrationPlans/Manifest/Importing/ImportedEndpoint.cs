namespace MigrationPlans.Manifest.Importing;

/// <summary>What makes lines share an endpoint: the same server, the same user, the same TLS settings.</summary>
internal sealed record ServerLogin(string Host, int Port, string User, string? TlsMode, string? RootCertificate)
{
    public static ServerLogin Of(DatabaseUrl url) => new(url.Host.ToLowerInvariant(), url.Port, url.User, url.TlsMode, url.RootCertificate);
}

/// <param name="PasswordVariable">The environment variable that the manifest refers to; null when no URL has a password.</param>
internal sealed record ImportedEndpoint(string Name, ServerLogin Login, string? PasswordVariable);
