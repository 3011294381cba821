using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Tools;
using MigrationPlans.PostgreSql.Wire;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A server behind a tunnel: the address is another one, the certificate is still checked against the server's own name.</summary>
public sealed class TlsTests
{
    private const string Name = "db.example.internal";
    private const string IsEncrypted = "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()";

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
        Assert.That(wrong.Error, Does.Contain("MP3008").And.Contain($"the certificate is for DNS:{Name}, not other.example.internal"));
    }

    /// <summary>The driver, the data path and PostgreSQL's programs, whomever the account itself trusts by libpq's own file and variable.</summary>
    [Test]
    public async Task A_mode_means_the_same_to_every_client()
    {
        await using var own = await RestartableServer.StartAsync();
        var right = await PutAsync("right.pem", await SwitchOnAsync(own));
        var other = await PutAsync("other.pem", StrangersCertificate());

        using var _ = Assert.EnterMultipleScope();
        foreach (var trusted in new[] { right, other })
        {
            await PutAsync(Path.Combine("home", ".postgresql", "root.crt"), await File.ReadAllTextAsync(trusted));
            foreach (var (mode, certificate, expected) in new (TlsMode, string?, string)[]
            {
                (TlsMode.Prefer, null, "encrypted"),
                (TlsMode.Require, null, "encrypted"),
                (TlsMode.Require, right, "encrypted"),
                (TlsMode.Require, other, "refused"),
                (TlsMode.VerifyCa, right, "encrypted"),
                (TlsMode.VerifyCa, other, "refused"),
                (TlsMode.VerifyCa, null, "refused"),
                (TlsMode.VerifyFull, null, "refused"),
            })
            {
                var endpoint = WireDatabases.Endpoint(own.Server) with { Tls = new TlsSettings(mode, certificate) };
                Assert.That(
                    await ConnectAsync(endpoint, trusted),
                    Is.EqualTo($"driver {expected}, data path {expected}, psql {expected}"),
                    $"{mode} with {certificate ?? "none"} where {trusted} is trusted");
            }
        }
    }

    [Test]
    public async Task Without_a_root_certificate_the_systems_authorities_count_and_only_those()
    {
        await using var own = await RestartableServer.StartAsync();
        var authority = await PutAsync("system.pem", await SwitchOnAsync(own));
        await Sql.RunAsync(own.Server, "postgres", "CREATE DATABASE shop");
        const string tls = "{ mode: verify-full }";

        using var system = await RunAsync(["plan"], own, Name, "copy", tls, ("SSL_CERT_FILE", authority));
        Assert.That(system.ExitCode, Is.Zero, system.ToString);
        using var wrong = await RunAsync(["plan"], own, "other.example.internal", "copy", tls, ("SSL_CERT_FILE", authority));
        Assert.That(wrong.Error, Does.Contain("MP3008"), wrong.ToString);
        using var account = await RunAsync(["plan"], own, Name, "copy", tls, ("PGSSLROOTCERT", authority));
        Assert.That(account.Error, Does.Contain("MP3008").And.Contain("the certificate's issuer CN=migplan test authority is not trusted"), account.ToString);
    }

    private async Task<string> ConnectAsync(ResolvedEndpoint endpoint, string trusted)
    {
        const string variable = "PGSSLROOTCERT";
        Environment.SetEnvironmentVariable(variable, trusted);
        try
        {
            return $"driver {await DriverAsync(endpoint)}, data path {await WireAsync(endpoint)}, psql {await PsqlAsync(endpoint)}";
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    private static async Task<string> DriverAsync(ResolvedEndpoint endpoint)
    {
        try
        {
            var password = new FetchedPassword();
            await password.FetchAsync(endpoint, CancellationToken.None);
            await using var source = EndpointDataSource.Build(endpoint, "postgres", SessionKind.SourceRead, password);
            await using var connection = await source.OpenConnectionAsync();
            return Outcome(await Sql.ScalarAsync<bool>(connection, IsEncrypted));
        }
        catch (NpgsqlException exception) when (exception.InnerException is AuthenticationException)
        {
            return "refused";
        }
    }

    private static async Task<string> WireAsync(ResolvedEndpoint endpoint)
    {
        try
        {
            await using var connection = await WireConnection.OpenAsync(endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None);
            await connection.ExecuteAsync($"DO $$ BEGIN ASSERT ({IsEncrypted}); END $$", CancellationToken.None);
            return Outcome(encrypted: true);
        }
        catch (WireException)
        {
            return Outcome(encrypted: false);
        }
        catch (AuthenticationException)
        {
            return "refused";
        }
    }

    private async Task<string> PsqlAsync(ResolvedEndpoint resolved)
    {
        using var connection = await ToolConnection.OpenAsync(
            Surroundings.Stage.EndpointOf(resolved.Name, Manifest.EndpointRole.Source, resolved.Address.Port),
            resolved,
            "postgres",
            SessionKind.SourceRead,
            "migplan",
            CancellationToken.None);
        var psql = (await PostgresInstallations.FindAsync("psql", CancellationToken.None))[0].Program("psql");
        var environment = connection.Environment.SetItem("HOME", Path.Combine(directory, "home"));
        var result = await ToolProcess.RunAsync(new ToolCommand(psql, ["-XAt", "-c", IsEncrypted]) { Environment = environment }, CancellationToken.None);
        return result.Error.Contains("certificate verify failed", StringComparison.Ordinal) ? "refused" : Outcome(result.Output == "t\n");
    }

    private static string Outcome(bool encrypted) => encrypted ? "encrypted" : "plain";

    private async Task<string> PutAsync(string file, string text)
    {
        var path = Path.Combine(directory, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    private static string StrangersCertificate()
    {
        using var key = RSA.Create(2048);
        using var authority = CreateAuthority("CN=somebody else's authority", key);
        return authority.ExportCertificatePem();
    }

    private Task<MigplanProcess> ApplyAsync(RestartableServer own, string host, string target) =>
        RunAsync(["apply", "--auto-approve"], own, host, target, "{ mode: verify-full, rootCertificate: ca.pem }");

    private async Task<MigplanProcess> RunAsync(
        string[] command, RestartableServer own, string host, string target, string tls, params (string Name, string Value)[] variables)
    {
        var file = Path.Combine(directory, $"{target}.yaml");
        var endpoint =
            $"{{ postgres: {{ host: {host} }}, connect: {{ host: 127.0.0.1, port: {own.Server.Port} }}, credentials: {{ username: {LocalCluster.Superuser}, password: {{ env: OWN }} }} }}";
        await File.WriteAllTextAsync(file, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: tls-{{target}} }
            defaults: { endpoint: { tls: {{tls}} }, database: { verify: checksums } }
            sources:
              old: {{endpoint}}
            targets:
              new: {{endpoint}}
            databases:
              - { from: old/shop, to: new/{{target}} }
            """);
        var environment = variables.Append((Name: "OWN", Value: own.Server.Password))
            .ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);
        return await MigplanProcess.RunAsync([.. command, file], environment);
    }

    /// <returns>The certificate of the authority, as PEM.</returns>
    private static async Task<string> SwitchOnAsync(RestartableServer own)
    {
        using var authorityKey = RSA.Create(2048);
        using var authority = CreateAuthority("CN=migplan test authority", authorityKey);
        var begin = TimeProvider.System.GetUtcNow().AddMinutes(-5);

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

    private static X509Certificate2 CreateAuthority(string name, RSA key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var begin = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        return request.CreateSelfSigned(begin, begin.AddHours(2));
    }

    private static Task WriteAsync(RestartableServer own, string file, string text) =>
        Sql.RunAsync(own.Server, "postgres", $"COPY (SELECT unnest(string_to_array('{text.TrimEnd()}', E'\\n'))) TO PROGRAM 'umask 077; cat > {file}'");
}
