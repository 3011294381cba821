using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>A database that takes up a gibibyte to whom asks the server, and nothing on disk: a table's file with a hole in it.</summary>
internal sealed class SparseDatabase : IAsyncDisposable
{
    private readonly LocalCluster server;
    private readonly string name;

    private SparseDatabase(LocalCluster server, string name)
    {
        this.server = server;
        this.name = name;
    }

    public static async Task<SparseDatabase> CreateAsync(LocalCluster server, string name)
    {
        await Sql.DropDatabaseAsync(server, name);
        await Sql.RunAsync(server, "postgres", $"CREATE DATABASE {name}");
        await Sql.RunAsync(server, name, "CREATE TABLE hole (i int) WITH (autovacuum_enabled = off)");
        var file = await Sql.ScalarAsync<string>(server, name, "SELECT pg_relation_filepath('hole')");
        await using var stream = new FileStream(Path.Combine(server.DataDirectory, file), FileMode.Open, FileAccess.Write);
        stream.SetLength(1L << 30);
        return new SparseDatabase(server, name);
    }

    public async ValueTask DisposeAsync() => await Sql.DropDatabaseAsync(server, name);
}
