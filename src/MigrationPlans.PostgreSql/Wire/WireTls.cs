using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>Asks the server for TLS and checks its certificate as libpq's sslmode says.</summary>
/// <remarks>https://www.postgresql.org/docs/current/libpq-ssl.html</remarks>
internal static class WireTls
{
    /// <returns>The encrypted stream, or the same one when mode and server agree on none.</returns>
    /// <exception cref="AuthenticationException">The mode demands TLS and the server has none, or its certificate does not pass.</exception>
    public static async Task<Stream> UpgradeAsync(Stream stream, ResolvedEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Tls.Mode is TlsMode.Disable)
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
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Passes(endpoint.Tls, certificate, chain, errors),
            },
            cancellationToken);
        return encrypted;
    }

    private static bool Passes(TlsSettings settings, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (settings.Mode is not (TlsMode.VerifyCa or TlsMode.VerifyFull))
        {
            return true;
        }

        if (certificate is not X509Certificate2 server || (settings.Mode is TlsMode.VerifyFull && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)))
        {
            return false;
        }

        return settings.RootCertificate is { } roots ? IsSignedBy(roots, server, chain) : !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
    }

    private static bool IsSignedBy(string rootsFile, X509Certificate2 server, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(rootsFile);
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        return chain.Build(server);
    }
}
