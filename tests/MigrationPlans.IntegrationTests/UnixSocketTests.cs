using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Wire;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A server that is reached through a file: the driver, the data path and PostgreSQL's programs, in a mode that demands TLS elsewhere.</summary>
public sealed class UnixSocketTests
{
    private readonly string directory = Directory.CreateTempSubdirectory("migplan-unix-").FullName;

    private RestartableServer own = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => own = await RestartableServer.StartAsync("unix_socket_directories = '.'");

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await own.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task A_database_is_copied_through_it()
    {
        await Sql.RunAsync(own.Server, "postgres", "DROP DATABASE IF EXISTS shop");
        await Sql.RunAsync(own.Server, "postgres", "CREATE DATABASE shop");
        await Sql.RunAsync(own.Server, "shop", "CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items SELECT generate_series(1, 1000)");

        using var apply = await ApplyAsync("moved", ("OWN", own.Server.Password));

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString);
        Assert.That(await Sql.ScalarAsync<long>(own.Server, "moved", "SELECT count(*) FROM items"), Is.EqualTo(1000));
    }

    [Test]
    public async Task A_server_that_asks_for_no_password_needs_none()
    {
        var rules = Path.Combine(own.Server.DataDirectory, "pg_hba.conf");
        await File.WriteAllTextAsync(rules, "local all all trust\n" + await File.ReadAllTextAsync(rules));
        await Sql.RunAsync(own.Server, "postgres", "SELECT pg_reload_conf()");
        await Sql.RunAsync(own.Server, "postgres", "DROP DATABASE IF EXISTS shop");
        await Sql.RunAsync(own.Server, "postgres", "CREATE DATABASE shop");

        using var apply = await ApplyAsync("trusted");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString);
    }

    private async Task<MigplanProcess> ApplyAsync(string target, params (string Name, string Value)[] variables)
    {
        var file = Path.Combine(directory, $"{target}.yaml");
        var endpoint =
            $"{{ postgres: {{ host: {own.Server.DataDirectory}, port: {own.Server.Port} }}, credentials: {{ username: {LocalCluster.Superuser}, password: {{ env: OWN }} }} }}";
        await File.WriteAllTextAsync(file, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: {{target}} }
            defaults: { endpoint: { tls: { mode: verify-full } }, database: { verify: checksums } }
            sources:
              old: {{endpoint}}
            targets:
              new: {{endpoint}}
            databases:
              - { from: old/shop, to: new/{{target}} }
            """);
        return await MigplanProcess.RunAsync(
            ["apply", "--auto-approve", file],
            variables.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal));
    }

    [Test]
    public async Task A_statement_is_cancelled_through_it()
    {
        var endpoint = WireDatabases.Endpoint(own.Server) with { Address = new NetworkAddress(own.Server.DataDirectory, own.Server.Port) };
        await using var connection = await WireConnection.OpenAsync(endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None);
        var sleeping = connection.ExecuteAsync("SELECT pg_catalog.pg_sleep(60)", CancellationToken.None);
        await Sql.UntilAsync(
            own.Server,
            "postgres",
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_catalog.pg_sleep(60)' AND wait_event = 'PgSleep')");
        await connection.CancelAsync(CancellationToken.None);
        Assert.That(Assert.ThrowsAsync<WireException>(() => sleeping)!.Error.SqlState, Is.EqualTo("57014"));
    }

    [Test]
    public void A_directory_without_a_socket_is_out_of_reach()
    {
        var endpoint = WireDatabases.Endpoint(own.Server) with { Address = new NetworkAddress(directory, own.Server.Port) };
        Assert.ThrowsAsync<IOException>(() => WireConnection.OpenAsync(endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None));
    }
}
