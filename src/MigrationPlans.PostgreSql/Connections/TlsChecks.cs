using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>What a mode makes of the server's certificate, for all that connects: the driver, the data path and PostgreSQL's programs.</summary>
internal static class TlsChecks
{
    /// <summary>The mode that is meant: libpq takes require with a root certificate for verify-ca.</summary>
    /// <remarks>https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-CERTIFICATES</remarks>
    public static TlsMode EffectiveMode(this TlsSettings settings) =>
        settings is { Mode: TlsMode.Require, RootCertificate: not null } ? TlsMode.VerifyCa : settings.Mode;

    public static bool ChecksCertificate(this TlsSettings settings) => settings.EffectiveMode() is TlsMode.VerifyCa or TlsMode.VerifyFull;

    /// <summary>For the callback of the TLS library, whose own words are the same for whatever is wrong.</summary>
    /// <param name="errors">What the system's store says against the certificate.</param>
    /// <exception cref="AuthenticationException">It does not pass; the message says why.</exception>
    public static bool Accepts(this ResolvedEndpoint endpoint, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        !endpoint.Tls.ChecksCertificate() || Fault(endpoint, certificate as X509Certificate2, chain, errors) is not { } fault
            ? true
            : throw new AuthenticationException(fault);

    private static string? Fault(ResolvedEndpoint endpoint, X509Certificate2? server, X509Chain? chain, SslPolicyErrors errors)
    {
        if (server is null)
        {
            return "the server shows no certificate";
        }

        var untrusted = endpoint.Tls.RootCertificate is { } roots ? FaultBy(roots, server, chain)
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? CertificateFaults.OfChain(chain!)
            : null;
        return untrusted ?? (endpoint.Tls.Mode is TlsMode.VerifyFull && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? CertificateFaults.OfName(server, endpoint.Host)
            : null);
    }

    private static string? FaultBy(string rootsFile, X509Certificate2 server, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(rootsFile);
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        return chain.Build(server) ? null : CertificateFaults.OfChain(chain);
    }
}
