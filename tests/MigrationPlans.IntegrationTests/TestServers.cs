using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Tools;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Two real servers, a source and a target, shared by all tests; each test uses databases of its own names.</summary>
[SetUpFixture]
public sealed class TestServers
{
    private static string? directory;

    public static LocalCluster Source { get; private set; } = null!;

    public static LocalCluster Target { get; private set; } = null!;

    /// <summary>A server to copy from: of the newest version here, or of the one whose bin directory MIGPLAN_TEST_SOURCE names.</summary>
    public static Task<LocalCluster> StartSourceAsync(string parent, IEnumerable<string> settings) => StartAsync(parent, settings, "MIGPLAN_TEST_SOURCE");

    /// <summary>A server to copy to: of the newest version here, or of the one whose bin directory MIGPLAN_TEST_TARGET names.</summary>
    public static Task<LocalCluster> StartTargetAsync(string parent, IEnumerable<string> settings) => StartAsync(parent, settings, "MIGPLAN_TEST_TARGET");

    /// <summary>A server of the newest version here.</summary>
    public static async Task<LocalCluster> StartNewestAsync(string parent, IEnumerable<string> settings)
    {
        var newest = (await PostgresInstallations.FindAsync("initdb", CancellationToken.None)).First(candidate => candidate.Has("postgres")
            && candidate.Has("pg_ctl"));
        return await LocalCluster.StartAsync(parent, settings, await QuickInstallations.OfAsync(newest), CancellationToken.None);
    }

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        directory = LocalCluster.CreateParentDirectory("migplan-tests-");
        string[] settings = ["shared_buffers = 256MB", "max_connections = 200", "max_wal_size = 4GB"];
        Source = await StartSourceAsync(directory, settings);
        Target = await StartTargetAsync(directory, settings);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var server in new[] { Source, Target }.OfType<LocalCluster>())
        {
            await server.DisposeAsync();
        }

        Directory.Delete(directory!, recursive: true);
        QuickInstallations.RemoveAll();
    }

    private static async Task<LocalCluster> StartAsync(string parent, IEnumerable<string> settings, string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } directory)
        {
            return await StartNewestAsync(parent, settings);
        }

        var installation = await PostgresInstallations.ReadAsync(directory, "initdb", CancellationToken.None)
            ?? throw new DirectoryNotFoundException($"{variable}: there is no initdb in {directory}");
        return await LocalCluster.StartAsync(parent, settings, await QuickInstallations.OfAsync(installation), CancellationToken.None);
    }
}
