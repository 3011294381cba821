using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MigrationPlans.PostgreSql.Connections;
using NUnit.Framework;

namespace MigrationPlans.Tests.Connections;

internal sealed class CertificateFaultsTests
{
    private static readonly DateTimeOffset Begin = new(2025, 1, 2, 3, 4, 0, TimeSpan.Zero);

    [TestCase(-1, "the certificate of CN=db is not valid before 2025-01-02 03:04 UTC")]
    [TestCase(1, "the certificate's issuer CN=db is not trusted")]
    [TestCase(3, "the certificate of CN=db expired at 2025-01-04 03:04 UTC")]
    public void A_chain_says_what_is_wrong_with_it(int days, string fault)
    {
        using var certificate = Create(_ => { });
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = Begin.AddDays(days).LocalDateTime;
        Assert.That(chain.Build(certificate), Is.False);
        Assert.That(CertificateFaults.OfChain(chain), Is.EqualTo(fault));
    }

    [Test]
    public void A_name_that_does_not_fit_is_held_against_those_that_would()
    {
        using var named = Create(names =>
        {
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
        });
        using var bare = Create(_ => { });
        Assert.That(CertificateFaults.OfName(named, "db.internal"), Is.EqualTo("the certificate is for DNS:localhost, IP:127.0.0.1, not db.internal"));
        Assert.That(CertificateFaults.OfName(bare, "db.internal"), Is.EqualTo("the certificate is for CN=db, not db.internal"));
    }

    private static X509Certificate2 Create(Action<SubjectAlternativeNameBuilder> addNames)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=db", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        addNames(names);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(Begin, Begin.AddDays(2));
    }
}
