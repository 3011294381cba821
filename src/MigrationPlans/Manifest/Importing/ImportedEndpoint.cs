namespace MigrationPlans.Manifest.Importing;

/// <summary>What makes lines share an endpoint: the same server and the same user.</summary>
internal sealed record ServerLogin(string Host, int Port, string User)
{
    public static ServerLogin Of(DatabaseUrl url) => new(url.Host.ToLowerInvariant(), url.Port, url.User);
}

/// <param name="PasswordVariable">The environment variable that the manifest refers to; null when no URL has a password.</param>
/// <param name="TlsMode">The strictest that a line asks for; null when none does.</param>
internal sealed record ImportedEndpoint(string Name, ServerLogin Login, string? PasswordVariable, string? TlsMode, string? RootCertificate);
