using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Servers that don't answer and passwords that don't come: everything ends, and says why.</summary>
public sealed class LoginTests
{
    private string directory = null!;

    [SetUp]
    public void CreateDirectory() => directory = Directory.CreateTempSubdirectory("migplan-login-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task A_server_that_falls_silent_in_the_middle_of_the_handshake_is_not_waited_for()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var silent = AgreeToTlsAsync(listener);
        using var plan = await PlanAsync(((IPEndPoint)listener.LocalEndpoint).Port, "{ env: OWN }");
        listener.Stop();
        await silent;
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString);
        Assert.That(plan.Error, Does.Contain("MP3003").And.Contain("no answer within 15 s"));
    }

    [TestCase("")]
    [TestCase("\n")]
    [TestCase("\ufeff")]
    public async Task An_empty_password_is_a_finding_of_its_own(string content)
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "pw"), content);
        using var plan = await PlanAsync(TestServers.Source.Port, "{ file: pw }");
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString);
        Assert.That(plan.Error, Does.Contain("MP3013").And.Not.Contain("MP3003"));
    }

    [Test]
    public async Task A_server_without_a_free_connection_is_one_to_try_later()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE login_full LOGIN PASSWORD 'secret' CONNECTION LIMIT 0");
        using var plan = await PlanAsync(TestServers.Source.Port, "{ env: OWN }", "login_full");
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString);
        Assert.That(
            plan.Error,
            Does.Contain("error[MP3009]")
                .And.Contain("takes no connection now: too many connections for role \"login_full\" (SQLSTATE 53300)")
                .And.Contain("run the same command again later"));
    }

    [Test]
    public async Task A_root_certificate_that_can_not_be_read_is_named()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "none.pem"), "what the browser saved instead");
        using var plan = await PlanAsync(TestServers.Source.Port, "{ env: OWN }", more: ", tls: { mode: verify-ca, rootCertificate: none.pem }");
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString);
        Assert.That(plan.Error, Does.Contain("error[MP3010]").And.Contain("none.pem` of endpoint `s` can't be read: it holds no PEM certificate"));
    }

    [Test]
    public async Task A_server_before_12_is_refused_by_its_version()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "pw"), TestServers.Source.Password);
        using var old = new AgedServer(TestServers.Source, version: 110022);
        using var plan = await PlanAsync(old.Port, "{ file: pw }");
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString);
        Assert.That(plan.Error, Does.Contain("error[MP3012]: s runs PostgreSQL 11; 12 is the oldest that is supported"));
    }

    [Test]
    public async Task A_password_comes_out_of_a_pipe_for_all_connections()
    {
        using var mkfifo = Process.Start("mkfifo", [Path.Combine(directory, "pw")]);
        await mkfifo.WaitForExitAsync();
        var writing = Task.Run(() => File.WriteAllTextAsync(Path.Combine(directory, "pw"), TestServers.Source.Password));
        using var plan = await PlanAsync(TestServers.Source.Port, "{ file: pw }");
        await writing;
        Assert.That(plan.ExitCode, Is.Zero, plan.ToString);
    }

    [Test]
    public async Task A_pipe_that_nobody_writes_to_ends_with_the_first_signal()
    {
        using var mkfifo = Process.Start("mkfifo", [Path.Combine(directory, "pw")]);
        await mkfifo.WaitForExitAsync();
        using var plan = MigplanProcess.Start(["plan", await WriteManifestAsync(TestServers.Source.Port, "{ file: pw }")]);
        await plan.WaitForOpeningPipeAsync();
        Assert.That(plan.HasExited, Is.False, plan.ToString);
        await plan.SignalAsync("TERM");
        await plan.WaitAsync();
        Assert.That(plan.ExitCode, Is.EqualTo(4), plan.ToString);
    }

    [Test]
    public async Task A_device_without_an_end_is_no_password()
    {
        using var plan = await PlanAsync(TestServers.Source.Port, "{ file: /dev/zero }");
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString);
        Assert.That(plan.Error, Does.Contain("MP3002").And.Contain("it holds more than 16 KiB"));
    }

    [Test]
    public async Task A_directory_is_no_password()
    {
        Directory.CreateDirectory(Path.Combine(directory, "pw"));
        using var plan = await PlanAsync(TestServers.Source.Port, "{ file: pw }");
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString);
        Assert.That(plan.Error, Does.Contain("error[MP3002]").And.Contain("/pw` of endpoint `s` can't be read: it is a directory"));
        using var certificate = await PlanAsync(TestServers.Source.Port, "{ env: OWN }", more: ", tls: { mode: verify-ca, rootCertificate: pw }");
        Assert.That(certificate.Error, Does.Contain("error[MP3010]").And.Contain("/pw` of endpoint `s` can't be read: it is a directory"));
    }

    private async Task<MigplanProcess> PlanAsync(int port, string password, string username = LocalCluster.Superuser, string more = "") =>
        await MigplanProcess.RunAsync(
            ["plan", await WriteManifestAsync(port, password, username, more)],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["OWN"] = "secret" });

    private async Task<string> WriteManifestAsync(int port, string password, string username = LocalCluster.Superuser, string more = "")
    {
        var file = Path.Combine(directory, "m.yaml");
        var endpoint = $"{{ postgres: {{ host: 127.0.0.1, port: {port.ToString(CultureInfo.InvariantCulture)} }}, credentials: {{ username: {username}, password: {password} }}{more} }}";
        await File.WriteAllTextAsync(file, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: login }
            sources:
              s: {{endpoint}}
            targets:
              t: {{endpoint}}
            databases:
              - { from: s/postgres, to: t/login }
            """);
        return file;
    }

    /// <summary>Says to each that TLS is welcome, and nothing more.</summary>
    private static async Task AgreeToTlsAsync(TcpListener listener)
    {
        var clients = new List<TcpClient>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                clients.Add(client);
                await client.GetStream().ReadExactlyAsync(new byte[8]);
                await client.GetStream().WriteAsync("S"u8.ToArray());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}
