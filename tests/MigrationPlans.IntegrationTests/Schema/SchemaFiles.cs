using System.Collections.Immutable;
using System.Text;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Tools;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Schema;

/// <summary>Schemas for tests, kept as SQL files beside them. Loaded by psql: the driver's parser trips over some of them.</summary>
internal static class SchemaFiles
{
    public static async Task LoadAsync(string file, string database)
    {
        await using var stream = typeof(SchemaFiles).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        await RunAsync(TestServers.Source, database, await reader.ReadToEndAsync());
    }

    public static async Task RunAsync(LocalCluster server, string database, string sql)
    {
        var tools = (await PostgresInstallations.FindAsync("psql", CancellationToken.None))[0];
        var command = new ToolCommand(
            tools.Program("psql"),
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", LocalCluster.Host, "-p", $"{server.Port}", "-U", LocalCluster.Superuser, "-d", database])
        {
            Environment = ImmutableDictionary<string, string?>.Empty.Add("PGPASSWORD", server.Password),
            Input = new System.Buffers.ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(sql)),
        };
        var result = await ToolProcess.RunAsync(command, CancellationToken.None);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }
}
