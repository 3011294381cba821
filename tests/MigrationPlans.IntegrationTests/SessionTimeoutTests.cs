using System.Globalization;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Tools;
using MigrationPlans.PostgreSql.Wire;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A role's or database's own timeouts end no session of ours, whichever of them the server's version has.</summary>
[NonParallelizable]
public sealed class SessionTimeoutTests
{
    private const string Database = "session_timeouts";

    private static readonly (int Since, string Name)[] Timeouts =
        [(0, "statement_timeout"), (0, "lock_timeout"), (0, "idle_in_transaction_session_timeout"), (14, "idle_session_timeout"), (17, "transaction_timeout")];

    [SetUp]
    public async Task CreateAsync()
    {
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await Sql.DropDatabaseAsync(server, Database);
            await Sql.RunAsync(server, "postgres", $"CREATE DATABASE {Database}");
        }

        await Sql.RunAsync(TestServers.Source, Database, "CREATE TABLE numbers (n bigint PRIMARY KEY); INSERT INTO numbers SELECT generate_series(1, 400000)");
        await LimitAsync(TestServers.Source);
        await LimitAsync(TestServers.Target);
    }

    [TearDown]
    public async Task DropAsync()
    {
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await Sql.DropDatabaseAsync(server, Database);
        }
    }

    [TestCase(SessionKind.SourceRead)]
    [TestCase(SessionKind.SourceAdmin)]
    [TestCase(SessionKind.Probe)]
    [TestCase(SessionKind.Target)]
    public async Task The_first_session_of_a_server_and_all_later_ones_are_without(SessionKind kind)
    {
        await using var connector = new PostgresConnector(new PlainResolver());
        var endpoint = Surroundings.Stage.EndpointOf("limited", EndpointRole.Target, TestServers.Target.Port);
        for (var number = 1; number <= 3; number++)
        {
            await using var connection = await connector.OpenAsync(endpoint, Database, kind, CancellationToken.None);
            foreach (var timeout in Known(TestServers.Target))
            {
                Assert.That(await Sql.ScalarAsync<string>(connection, $"SHOW {timeout}"), Is.EqualTo("0"), $"{timeout} of connection {number}");
            }
        }
    }

    [Test]
    public async Task Neither_are_those_of_the_copy_and_of_PostgreSQLs_programs()
    {
        await using var connector = new PostgresConnector(new PlainResolver());
        var endpoint = Surroundings.Stage.EndpointOf("limited", EndpointRole.Target, TestServers.Target.Port);
        var resolved = await connector.ResolveAsync(endpoint, Database, SessionKind.Target, CancellationToken.None);
        var raise = string.Join(' ', Known(TestServers.Target).Select(timeout => $"ASSERT pg_catalog.current_setting('{timeout}') = '0', '{timeout}';"));

        await using var wire = await WireConnection.OpenAsync(resolved, Database, SessionKind.Target, CancellationToken.None);
        await wire.ExecuteAsync($"DO $$ BEGIN {raise} END $$", CancellationToken.None);
        using var connection = await ToolConnection.OpenAsync(endpoint, resolved, Database, SessionKind.Target, "migplan", CancellationToken.None);
        var psql = (await PostgresInstallations.FindAsync("psql", CancellationToken.None))[0].Program("psql");
        var result = await ToolProcess.RunAsync(
            new ToolCommand(psql, ["-X", "-v", "ON_ERROR_STOP=1", "-c", $"DO $$ BEGIN {raise} END $$"]) { Environment = connection.Environment },
            CancellationToken.None);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    [Test]
    public async Task A_run_between_such_databases_arrives()
    {
        using var fixture = new ApplyFixture(Database);

        var run = await fixture.ApplyAsync();

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Not.Contain("will be tried again"));
        await Sql.RunAsync(TestServers.Target, "postgres", $"ALTER ROLE {LocalCluster.Superuser} IN DATABASE {Database} RESET ALL");
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, Database, "SELECT count(*) FROM numbers"), Is.EqualTo(400_000));
    }

    private static IEnumerable<string> Known(LocalCluster server) =>
        Timeouts.Where(timeout => timeout.Since <= server.MajorVersion).Select(timeout => timeout.Name);

    /// <summary>For our login in this database, so that no other test meets them.</summary>
    private static Task LimitAsync(LocalCluster server) => Sql.RunAsync(
        server,
        "postgres",
        string.Concat(Known(server).Select(timeout => string.Create(
            CultureInfo.InvariantCulture,
            $"ALTER ROLE {LocalCluster.Superuser} IN DATABASE {Database} SET {timeout} = '150ms';"))));

    private sealed class PlainResolver : IEndpointResolver
    {
        public Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, CancellationToken cancellationToken) =>
            Task.FromResult(WireDatabases.Endpoint(TestServers.Target));
    }
}
