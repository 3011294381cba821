using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A manifest that names a connection pooler in place of the server.</summary>
public sealed class PoolerTests
{
    private string directory = null!;

    [SetUp]
    public void CreateDirectory() => directory = Directory.CreateTempSubdirectory("migplan-pooler-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [TestCase("08P01", "unsupported startup parameter: options", TestName = "As_PgBouncer_refuses")]
    [TestCase("0A000", "Feature not supported: RDS Proxy currently doesn't support command-line options.", TestName = "As_RDS_Proxy_refuses")]
    public async Task A_pooler_that_refuses_what_a_session_asks_for_is_called_one(string sqlState, string message)
    {
        using var pooler = new Pooler(TestServers.Source.Port, (sqlState, message));
        using var plan = await PlanAsync(pooler.Port);
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString);
        Assert.That(plan.Error, Does.Contain("MP3014").And.Contain(message).And.Contain("the server's own host and port"));
    }

    [Test]
    public async Task Settings_that_are_dropped_on_the_way_are_missed_before_anything_is_read()
    {
        using var pooler = new Pooler(TestServers.Source.Port, refusal: null);
        using var plan = await PlanAsync(pooler.Port);
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString);
        Assert.That(plan.Error, Does.Contain("MP3014]: a session of s/postgres").And.Contain("extra_float_digits").And.Contain("synchronize_seqscans"));
    }

    private async Task<MigplanProcess> PlanAsync(int sourcePort)
    {
        var file = Path.Combine(directory, "m.yaml");
        await File.WriteAllTextAsync(file, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: pooler }
            defaults: { endpoint: { tls: { mode: disable } } }
            sources:
              s: {{Endpoint(sourcePort)}}
            targets:
              t: {{Endpoint(TestServers.Target.Port)}}
            databases:
              - { from: s/postgres, to: t/pooler }
            """);
        return await MigplanProcess.RunAsync(
            ["plan", file],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["SOURCE"] = TestServers.Source.Password, ["TARGET"] = TestServers.Target.Password });

        string Endpoint(int port) =>
            $"{{ postgres: {{ host: 127.0.0.1, port: {port.ToString(CultureInfo.InvariantCulture)} }}, credentials: {{ username: {LocalCluster.Superuser}, password: {{ env: {(port == TestServers.Target.Port ? "TARGET" : "SOURCE")} }} }} }}";
    }
}
