using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A login that may have just as many connections as a plan asks for.</summary>
[NonParallelizable]
public sealed class NarrowLoginTests
{
    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Target, "postgres", $"CREATE ROLE narrow LOGIN CREATEDB CREATEROLE CONNECTION LIMIT 4 PASSWORD '{servers.Target.Password}'");
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task It_gets_to_the_end(string strategy)
    {
        await Sql.RunAsync(servers.Source, "postgres", $"CREATE DATABASE narrow_{strategy}");
        await Sql.RunAsync(servers.Source, $"narrow_{strategy}", """
            CREATE TABLE parent (id int PRIMARY KEY, v text);
            INSERT INTO parent SELECT i, 'v' || i FROM generate_series(1, 2000) i;
            CREATE INDEX ON parent (v);
            CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent);
            INSERT INTO child SELECT i, i FROM generate_series(1, 2000) i;
            """);
        var manifest = servers.WriteManifest(
            strategy,
            $"{{ from: source/narrow_{strategy}, to: target/narrow_{strategy}, strategy: {strategy}, verify: checksums, roles: {{ map: {{ {LocalCluster.Superuser}: narrow }} }} }}");
        await LogInOnTargetAsync(manifest, "narrow");
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }

    /// <summary>One holds the moment, the other reads: objects first, then rows.</summary>
    [Test]
    public async Task Comparing_with_one_worker_takes_two_connections_a_side()
    {
        await Sql.RunAsync(servers.Target, "postgres", $"CREATE ROLE reader LOGIN CONNECTION LIMIT 2 PASSWORD '{servers.Target.Password}'");
        foreach (var server in new[] { servers.Source, servers.Target })
        {
            await Sql.RunAsync(server, "postgres", "CREATE DATABASE compared");
            await Sql.RunAsync(
                server,
                "compared",
                "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 500000); GRANT SELECT ON t TO PUBLIC");
        }

        var manifest = servers.WriteManifest("compared", "{ from: source/compared, to: target/compared, parallelism: 1 }");
        await LogInOnTargetAsync(manifest, "reader");
        using var verify = await servers.RunAsync("verify", manifest);
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
    }

    private static async Task LogInOnTargetAsync(string manifest, string role)
    {
        var asSuperuser = await File.ReadAllTextAsync(manifest);
        await File.WriteAllTextAsync(
            manifest,
            asSuperuser.Replace(
                $"username: {LocalCluster.Superuser}, password: {{ env: TARGET_PASSWORD }}",
                $"username: {role}, password: {{ env: TARGET_PASSWORD }}",
                StringComparison.Ordinal));
    }
}
