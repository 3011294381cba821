using System.Globalization;
using MigrationPlans.Cli.Terminal;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rehearsal;

namespace MigrationPlans.Cli.Rehearsal;

/// <summary>Leaves the servers of a rehearsal to the user: says how to look into them and how to end them.</summary>
internal sealed class KeptServers(ThrowAwayDirectory directory, StandInServers servers)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public async Task KeepAsync(MigrationManifest manifest, TextWriter output)
    {
        // From here on the rehearsal has ended; a stop of the process must not leave this half done.
        await directory.KeepAsync(CancellationToken.None);
        var passwords = Path.Combine(directory.FullPath, "pgpass");
        await WriteAsync(passwords, PasswordLines());
        var stop = Path.Combine(directory.FullPath, "stop.sh");
        await WriteAsync(stop, StopLines());

        await output.WriteLineAsync("The servers are left running. Look into them with:");
        foreach (var address in Addresses(manifest))
        {
            await output.WriteLineAsync(
                $"  PGPASSFILE={ShellWord.Quote(passwords)} psql -h {LocalCluster.Host} -p {Port(address.Port)} -U {LocalCluster.Superuser} -d {ShellWord.Quote(DatabaseArgument(address.Database))}   # {address.Role} {address.Endpoint}/{address.Database}");
        }

        await output.WriteLineAsync("End them, and remove all that belongs to them, with:");
        await output.WriteLineAsync($"  sh {ShellWord.Quote(stop)}");
    }

    private IEnumerable<(string Role, string Endpoint, string Database, int Port)> Addresses(MigrationManifest manifest) =>
        manifest.Databases.SelectMany(mapping => new[]
        {
            ("source", mapping.From.Endpoint, mapping.From.Database, servers.For(manifest.FindSource(mapping.From.Endpoint)!).Port),
            ("target", mapping.To.Endpoint, mapping.To.Database, servers.For(manifest.FindTarget(mapping.To.Endpoint)!).Port),
        }).Distinct();

    private IEnumerable<string> PasswordLines() =>
        servers.Clusters.Select(cluster => $"{LocalCluster.Host}:{Port(cluster.Port)}:*:{LocalCluster.Superuser}:{cluster.Password}");

    private IEnumerable<string> StopLines() =>
    [
        "#!/bin/sh",
        "# Ends the servers of this rehearsal and removes all that belongs to them.",
        .. servers.Clusters.Select(cluster => string.Join(' ', cluster.StopCommand.Select(ShellWord.Quote))),
        $"rm -rf {ShellWord.Quote(directory.FullPath)}",
    ];

    private static async Task WriteAsync(string path, IEnumerable<string> lines)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        await using var writer = new StreamWriter(path, options);
        foreach (var line in lines)
        {
            await writer.WriteAsync($"{line}\n");
        }
    }

    private static string Port(int port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>psql reads a name with an equals sign or a URI's beginning as a whole connection string.</summary>
    /// <remarks>https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING</remarks>
    private static string DatabaseArgument(string name) =>
        name.Contains('=', StringComparison.Ordinal)
        || name.StartsWith("postgres://", StringComparison.Ordinal)
        || name.StartsWith("postgresql://", StringComparison.Ordinal)
            ? $"dbname={ConnectionText.Value(name)}"
            : name;
}
