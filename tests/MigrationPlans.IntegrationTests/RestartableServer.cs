using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.IntegrationTests;

/// <summary>A server of one test's own, which may crash it.</summary>
internal sealed class RestartableServer(string directory, LocalCluster server) : IAsyncDisposable
{
    public LocalCluster Server => server;

    public static async Task<RestartableServer> StartAsync(params string[] settings)
    {
        var directory = LocalCluster.CreateParentDirectory("migplan-restart-");
        return new RestartableServer(directory, await TestServers.StartNewestAsync(directory, ["shared_buffers = 64MB", .. settings]));
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}
