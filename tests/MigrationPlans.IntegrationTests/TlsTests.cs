using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A server behind a tunnel: the address is another one, the certificate is still checked against the server's own name.</summary>
public sealed class TlsTests
{
    private const string Name = "db.example.internal";

    private readonly string directory = Directory.CreateTempSubdirectory("migplan-tls-").FullName;

    [OneTimeTearDown]
    public void Clean() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task Through_a_tunnel_every_connection_checks_the_real_host_name()
    {
        await using var own = await RestartableServer.StartAsync();
        var authority = await SwitchOnAsync(own);
        await Sql.RunAsync(own.Server, "postgres", "CREATE DATABASE shop");
        await Sql.RunAsync(own.Server, "shop", "CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items SELECT generate_series(1, 1000)");
        await File.WriteAllTextAsync(Path.Combine(directory, "ca.pem"), authority);

        // The driver, the data path and pg_dump: nothing but TLS gets in.
        using var right = await ApplyAsync(own, Name, "right");
        Assert.That(right.ExitCode, Is.Zero, right.ToString);
        Assert.That(await Sql.ScalarAsync<long>(own.Server, "right", "SELECT count(*) FROM items"), Is.EqualTo(1000));

        using var wrong = await ApplyAsync(own, "other.example.internal", "wrong");
        Assert.That(wrong.ExitCode, Is.EqualTo(1), wrong.ToString);
        Assert.That(wrong.Error, Does.Contain("MP3008"));
    }

    private async Task<MigplanProcess> ApplyAsync(RestartableServer own, string host, string target)
    {
        var file = Path.Combine(directory, $"{target}.yaml");
        var endpoint =
            $"{{ postgres: {{ host: {host} }}, connect: {{ host: 127.0.0.1, port: {own.Server.Port} }}, credentials: {{ username: {LocalCluster.Superuser}, password: {{ env: OWN }} }} }}";
        await File.WriteAllTextAsync(file, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: tls-{{target}} }
            defaults: { endpoint: { tls: { mode: verify-full, rootCertificate: ca.pem } }, database: { verify: checksums } }
            sources:
              old: {{endpoint}}
            targets:
              new: {{endpoint}}
            databases:
              - { from: old/shop, to: new/{{target}} }
            """);
        return await MigplanProcess.RunAsync(["apply", file, "--auto-approve"], new Dictionary<string, string> { ["OWN"] = own.Server.Password });
    }

    /// <returns>The certificate of the authority, as PEM.</returns>
    private static async Task<string> SwitchOnAsync(RestartableServer own)
    {
        using var authorityKey = RSA.Create(2048);
        var request = new CertificateRequest("CN=migplan test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var begin = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        using var authority = request.CreateSelfSigned(begin, begin.AddHours(2));

        using var key = RSA.Create(2048);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        var server = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        server.CertificateExtensions.Add(names.Build());
        using var certificate = server.Create(authority, begin, begin.AddHours(1), [1, 2, 3, 4]);

        // Written by the server itself, so that they are its own account's.
        await WriteAsync(own, "server.crt", certificate.ExportCertificatePem());
        await WriteAsync(own, "server.key", key.ExportPkcs8PrivateKeyPem());
        await Sql.RunAsync(own.Server, "postgres", "ALTER SYSTEM SET ssl = on");
        await Sql.RunAsync(own.Server, "postgres", "SELECT pg_reload_conf()");
        return authority.ExportCertificatePem();
    }

    private static Task WriteAsync(RestartableServer own, string file, string text) =>
        Sql.RunAsync(own.Server, "postgres", $"COPY (SELECT unnest(string_to_array('{text.TrimEnd()}', E'\\n'))) TO PROGRAM 'umask 077; cat > {file}'");
}
