using System.Collections.Concurrent;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.IntegrationTests;

/// <summary>Installations whose initdb copies what the real one has made once: most of the time that a test server takes to come up is initdb's.</summary>
internal static class QuickInstallations
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private static readonly ConcurrentDictionary<PostgresInstallation, Lazy<Task<PostgresInstallation>>> Made = new();

    private static readonly ConcurrentBag<string> Directories = [];

    /// <summary>The same, or the installation itself where it lacks what that takes.</summary>
    public static Task<PostgresInstallation> OfAsync(PostgresInstallation real) => real.Has("pg_resetwal") && real.Has("postgres")
        ? Made.GetOrAdd(real, installation => new Lazy<Task<PostgresInstallation>>(() => MakeAsync(installation))).Value
        : Task.FromResult(real);

    public static void RemoveAll()
    {
        while (Directories.TryTake(out var directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<PostgresInstallation> MakeAsync(PostgresInstallation real)
    {
        var directory = LocalCluster.CreateParentDirectory("migplan-template-");
        Directories.Add(directory);
        // Stopped as it should be, or its copies would begin with a recovery. Not disposed: that would remove it.
        var template = await LocalCluster.StartAsync(directory, [], real, CancellationToken.None);
        await template.StopAsync("fast", CancellationToken.None);

        var bin = Path.Combine(directory, "bin");
        Directory.CreateDirectory(bin, Executable);
        var script = await File.ReadAllTextAsync(Repository.PathOf("tests", "MigrationPlans.IntegrationTests", "quick-initdb.sh"));
        await PutAsync(
            "initdb",
            script.Replace("TEMPLATE'", $"{template.DataDirectory}'", StringComparison.Ordinal)
                .Replace("PROGRAMS'", $"{real.BinDirectory}'", StringComparison.Ordinal));
        await PutAsync("pg_ctl", $"#!/bin/sh\nexec '{real.Program("pg_ctl")}' \"$@\"\n");
        return real with { BinDirectory = bin };

        async Task PutAsync(string name, string text)
        {
            await File.WriteAllTextAsync(Path.Combine(bin, name), text);
            File.SetUnixFileMode(Path.Combine(bin, name), Executable);
        }
    }
}
