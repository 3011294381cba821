using System.Net.Security;
using System.Security.Authentication;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>Asks the server for TLS and checks its certificate as libpq's sslmode says.</summary>
/// <remarks>https://www.postgresql.org/docs/current/libpq-ssl.html</remarks>
internal static class WireTls
{
    /// <returns>The encrypted stream, or the same one when mode and server agree on none.</returns>
    /// <exception cref="AuthenticationException">The mode demands TLS and the server has none, or its certificate does not pass.</exception>
    public static async Task<Stream> UpgradeAsync(Stream stream, ResolvedEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Tls.Mode is TlsMode.Disable || endpoint.Address.IsSocketDirectory)
        {
            return stream;
        }

        await stream.WriteAsync(FrontendMessages.SslRequest(), cancellationToken);
        var answer = new byte[1];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        if (answer[0] != 'S')
        {
            return endpoint.Tls.Mode is TlsMode.Allow or TlsMode.Prefer
                ? stream
                : throw new AuthenticationException("the server does not offer TLS, and tls.mode demands it");
        }

        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        await encrypted.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = endpoint.Host,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => endpoint.Accepts(certificate, chain, errors),
            },
            cancellationToken);
        return encrypted;
    }
}
