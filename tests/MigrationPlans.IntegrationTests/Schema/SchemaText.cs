using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Tools;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Schema;

/// <summary>What pg_dump says of a database's schema, to compare two databases by.</summary>
internal static class SchemaText
{
    public static async Task<string> OfAsync(LocalCluster server, string database, params string[] options)
    {
        var tools = (await PostgresInstallations.FindAsync("pg_dump", CancellationToken.None))[0];
        var environment = ImmutableDictionary<string, string?>.Empty.Add("PGPASSWORD", server.Password);
        var result = await ToolProcess.RunAsync(
            new ToolCommand(
                tools.Program("pg_dump"),
                ["-h", LocalCluster.Host, "-p", $"{server.Port}", "-U", LocalCluster.Superuser, "-s", "-N", "migplan_ledger", .. options, database])
            {
                Environment = environment,
            },
            CancellationToken.None);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var lines = result.Output
            .Split('\n')
            .Where(line => !line.StartsWith("\\restrict", StringComparison.Ordinal) && !line.StartsWith("\\unrestrict", StringComparison.Ordinal));
        return string.Join('\n', lines);
    }

    /// <summary>Creates an empty database of that name on both servers; the roles that the test needs as well.</summary>
    public static async Task PrepareAsync(string database, params string[] roles)
    {
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await Sql.RunAsync(server, "postgres", $"CREATE DATABASE {database} TEMPLATE template0");
            foreach (var role in roles)
            {
                var quoted = $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
                var exists = await Sql.ScalarAsync<bool>(
                    server,
                    "postgres",
                    $"SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role.Replace("'", "''", StringComparison.Ordinal)}')");
                if (!exists)
                {
                    await Sql.RunAsync(server, "postgres", $"CREATE ROLE {quoted}");
                }
            }
        }
    }
}
