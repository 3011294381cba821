using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.IntegrationTests;

/// <summary>What a database holds, by <c>bench/fingerprint.sh</c>: pg_dump and plain SQL, none of the code under test.</summary>
internal static class Fingerprint
{
    public static async Task<string> TakeAsync(LocalCluster server, string database)
    {
        var tools = (await PostgresInstallations.FindAsync("pg_dump", CancellationToken.None))[0];
        var command = new ToolCommand("bash", [Repository.PathOf("bench", "fingerprint.sh"), server.Port.ToString(CultureInfo.InvariantCulture), database])
        {
            Environment = Connection(server).Add("PGBIN", tools.BinDirectory),
        };
        var result = await ToolProcess.RunAsync(command, CancellationToken.None);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{database} has no fingerprint: {result.Error}");
    }

    /// <summary>Runs a file of SQL, as psql does.</summary>
    public static async Task LoadAsync(LocalCluster server, string database, string file)
    {
        var tools = (await PostgresInstallations.FindAsync("psql", CancellationToken.None))[0];
        var command = new ToolCommand(tools.Program("psql"), ["-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", file])
        {
            Environment = Connection(server).Add("PGPORT", server.Port.ToString(CultureInfo.InvariantCulture)),
        };
        var result = await ToolProcess.RunAsync(command, CancellationToken.None);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file}: {result.Error}");
        }
    }

    private static ImmutableDictionary<string, string?> Connection(LocalCluster server) => ImmutableDictionary<string, string?>.Empty
        .Add("PGHOST", LocalCluster.Host)
        .Add("PGUSER", LocalCluster.Superuser)
        .Add("PGPASSWORD", server.Password)
        .Add("PGOPTIONS", "-c client_min_messages=warning");
}
