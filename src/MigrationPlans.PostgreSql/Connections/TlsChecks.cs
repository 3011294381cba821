using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
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

    /// <param name="errors">What the system's store says against the certificate.</param>
    public static bool Accepts(this TlsSettings settings, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!settings.ChecksCertificate())
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
