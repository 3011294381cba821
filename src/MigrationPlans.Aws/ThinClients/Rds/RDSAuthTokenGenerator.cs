using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;

namespace MigrationPlans.Aws.ThinClients.Rds;

/// <summary>Makes the tokens that RDS takes for a password where IAM authentication is on. No call to AWS is made.</summary>
public static class RDSAuthTokenGenerator
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>A token that opens connections for 15 minutes; connections stay open beyond that.</summary>
    /// <param name="hostname">The instance's own name, never a tunnel's: it is part of what is signed.</param>
    public static async Task<string> GenerateAuthTokenAsync(
        AWSCredentials credentials, RegionEndpoint region, string hostname, int port, string dbUser, CancellationToken cancellationToken = default)
    {
        const string scheme = "https://";
        var request = new AWSSigningRequest
        {
            HttpMethod = HttpMethod.Get,
            RequestUri = new Uri($"{scheme}{hostname}:{port}/?Action=connect&DBUser={Uri.EscapeDataString(dbUser)}"),
        };
        var parameters = new AWSSigV4Parameters { Credentials = credentials, Region = region, Service = "rds-db" };
        var signed = await AWSSigV4Signer.PresignAsync(request, parameters, Lifetime, cancellationToken);
        return signed.Uri.AbsoluteUri[scheme.Length..];
    }
}
