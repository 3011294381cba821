using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Connections that lie idle are ours to close: they take no room from what needs it.</summary>
public sealed class IdleConnectionTests
{
    private const int Room = 6;

    private RestartableServer own = null!;
    private Endpoint endpoint = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        own = await RestartableServer.StartAsync($"max_connections = {Room}", "superuser_reserved_connections = 0", "max_wal_senders = 0");
        Environment.SetEnvironmentVariable("MIGPLAN_TEST_IDLE", own.Server.Password);
        endpoint = new Endpoint
        {
            Name = "narrow",
            Role = EndpointRole.Target,
            Path = "targets.narrow",
            Postgres = new PostgresServer(LocalCluster.Host, own.Server.Port),
            Credentials = new PasswordCredentials(LocalCluster.Superuser, new PasswordReference { Env = "MIGPLAN_TEST_IDLE" }),
            Tls = new TlsSettings(TlsMode.Disable, null),
        };
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await own.DisposeAsync();

    [Test]
    public async Task Where_a_server_has_too_many_idle_ones_are_closed_and_the_next_attempt_gets_in()
    {
        await using var connector = new PostgresConnector(new AwsEndpointResolver("/"));
        // The first tells the server's version, and is not kept.
        await OpenAndLeaveAsync(connector, "postgres", 1);
        await OpenAndLeaveAsync(connector, "postgres", Room);

        var refused = Assert.ThrowsAsync<StepFailedException>(() => OpenAsync(connector, "template1"))!;
        Assert.That(refused.FailureClass, Is.EqualTo(FailureClass.Unavailable));

        await OpenUntilThereIsRoomAsync(connector);
    }

    [Test]
    public async Task Idle_ones_are_not_counted_as_taken()
    {
        await using var connector = new PostgresConnector(new AwsEndpointResolver("/"));
        await OpenAndLeaveAsync(connector, "postgres", 1);
        var busy = await OpenAsync(connector, "postgres");
        await Sql.RunAsync(busy, "BEGIN");
        await using var look = await OpenAsync(connector, "postgres");
        var before = (await ServerLook.ReadAsync(look, endpoint, rds: null, CancellationToken.None)).Connections.Used;

        await busy.DisposeAsync();

        var after = (await ServerLook.ReadAsync(look, endpoint, rds: null, CancellationToken.None)).Connections.Used;
        Assert.That(after, Is.LessThan(before));
    }

    private Task<NpgsqlConnection> OpenAsync(PostgresConnector connector, string database) =>
        connector.OpenAsync(endpoint, database, SessionKind.Target, CancellationToken.None);

    private async Task OpenAndLeaveAsync(PostgresConnector connector, string database, int count)
    {
        var connections = new List<NpgsqlConnection>();
        while (connections.Count < count)
        {
            connections.Add(await OpenAsync(connector, database));
        }

        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>A server process takes a moment to end after its connection.</summary>
    private async Task OpenUntilThereIsRoomAsync(PostgresConnector connector)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = await OpenAsync(connector, "template1");
                Assert.That(await Sql.ScalarAsync<string>(connection, "SELECT current_database()::text"), Is.EqualTo("template1"));
                return;
            }
            catch (StepFailedException exception) when (exception.FailureClass == FailureClass.Unavailable && attempt < 1000)
            {
                await Task.Delay(50);
            }
        }
    }
}
