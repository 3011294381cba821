using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Says what is wrong with a server's certificate.</summary>
internal static class CertificateFaults
{
    private const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    public static string OfName(X509Certificate2 certificate, string host)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames()
                .Select(name => $"DNS:{name}")
                .Concat(extension.EnumerateIPAddresses().Select(address => $"IP:{address}")))
            .DefaultIfEmpty(certificate.Subject);
        return $"the certificate is for {string.Join(", ", names)}, not {host}";
    }

    public static string OfChain(X509Chain chain)
    {
        foreach (var element in chain.ChainElements)
        {
            var flags = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
            if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
            {
                return OfTime(element.Certificate, chain.ChainPolicy.VerificationTime);
            }

            if ((flags & Untrusted) != X509ChainStatusFlags.NoError)
            {
                return $"the certificate's issuer {element.Certificate.Issuer} is not trusted";
            }
        }

        return string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct(StringComparer.Ordinal));
    }

    private static string OfTime(X509Certificate2 certificate, DateTime now) => certificate.NotAfter < now
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"the certificate of {certificate.Subject} expired at {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"the certificate of {certificate.Subject} is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");
}
