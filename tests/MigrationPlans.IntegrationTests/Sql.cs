using MigrationPlans.PostgreSql.Clusters;
using Npgsql;

namespace MigrationPlans.IntegrationTests;

/// <summary>Plain SQL for tests, independent of the code under test.</summary>
internal static class Sql
{
    public static string ConnectionString(LocalCluster server, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = LocalCluster.Host,
            Port = server.Port,
            Username = LocalCluster.Superuser,
            Password = server.Password,
            Database = database,
            Pooling = false,
            CommandTimeout = 120,
        }.ConnectionString;

    public static async Task<NpgsqlConnection> OpenAsync(LocalCluster server, string database)
    {
        var connection = new NpgsqlConnection(ConnectionString(server, database));
        await connection.OpenAsync();
        return connection;
    }

    public static async Task RunAsync(LocalCluster server, string database, string sql)
    {
        await using var connection = await OpenAsync(server, database);
        await RunAsync(connection, sql);
    }

    public static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Drops a database where there is one, with the sessions in it where the server can.</summary>
    /// <param name="database">As SQL writes it.</param>
    public static Task DropDatabaseAsync(LocalCluster server, string database) =>
        RunAsync(server, "postgres", $"DROP DATABASE IF EXISTS {database}{(server.MajorVersion < 13 ? "" : " WITH (FORCE)")}");

    public static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static async Task<T> ScalarAsync<T>(LocalCluster server, string database, string sql)
    {
        await using var connection = await OpenAsync(server, database);
        return await ScalarAsync<T>(connection, sql);
    }

    /// <summary>Waits until the answer is yes.</summary>
    public static async Task UntilAsync(LocalCluster server, string database, string question)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var connection = await OpenAsync(server, database);
        while (!await ScalarAsync<bool>(connection, question))
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
