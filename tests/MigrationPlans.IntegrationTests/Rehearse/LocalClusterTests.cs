using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Rehearse;

public sealed class LocalClusterTests
{
    [Test]
    public async Task A_server_starts_in_a_directory_whose_path_no_socket_could_have()
    {
        await using var directory = await ThrowAwayDirectory.CreateAsync(CancellationToken.None);
        var deep = Path.Combine(directory.FullPath, $"cluster-{new string('x', 120)}");
        Directory.CreateDirectory(deep);
        File.SetUnixFileMode(deep, File.GetUnixFileMode(directory.FullPath));
        await using var cluster = await LocalCluster.StartAsync(deep, [], CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<int>(cluster, "postgres", "SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_keeps_its_port_and_rows_when_it_starts_again()
    {
        await using var directory = await ThrowAwayDirectory.CreateAsync(CancellationToken.None);
        await using var cluster = await LocalCluster.StartAsync(directory.FullPath, [], CancellationToken.None);
        var port = cluster.Port;
        await Sql.RunAsync(cluster, "postgres", "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");
        await cluster.StopAsync("fast", CancellationToken.None);
        await cluster.StartAsync(CancellationToken.None);
        Assert.That(cluster.Port, Is.EqualTo(port));
        Assert.That(await Sql.ScalarAsync<int>(cluster, "postgres", "SELECT id FROM kept"), Is.EqualTo(7));
    }

    [Test]
    public async Task A_server_that_does_not_start_leaves_nothing_behind_and_says_why()
    {
        await using var directory = await ThrowAwayDirectory.CreateAsync(CancellationToken.None);
        Assert.That(
            async () => await LocalCluster.StartAsync(directory.FullPath, ["no_such_setting = 1"], CancellationToken.None),
            Throws.TypeOf<LocalClusterException>().With.Message.Contains("no_such_setting"));
        Assert.That(Directory.GetDirectories(directory.FullPath), Is.Empty);
    }
}
