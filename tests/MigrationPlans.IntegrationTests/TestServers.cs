using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Two real servers, a source and a target, shared by all tests; each test uses databases of its own names.</summary>
[SetUpFixture]
public sealed class TestServers
{
    private static string? directory;

    public static LocalCluster Source { get; private set; } = null!;

    public static LocalCluster Target { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        directory = LocalCluster.CreateParentDirectory("migplan-tests-");
        string[] settings = ["shared_buffers = 256MB", "max_connections = 200", "max_wal_size = 4GB"];
        Source = await LocalCluster.StartAsync(directory, settings, CancellationToken.None);
        Target = await LocalCluster.StartAsync(directory, settings, CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var server in new[] { Source, Target }.OfType<LocalCluster>())
        {
            await server.DisposeAsync();
        }

        Directory.Delete(directory!, recursive: true);
    }
}
