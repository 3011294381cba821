using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.IntegrationTests.Tools;

/// <summary>
/// pg_dump and pg_restore that pass for newer ones than all others here, and do what a test says in place of what they do:
/// <c>real</c> is the program itself.
/// </summary>
internal sealed class WrappedTools : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("migplan-wrapped-").FullName;

    private WrappedTools()
    {
    }

    /// <summary>For PATH.</summary>
    public string SearchPath => $"{directory}:{Environment.GetEnvironmentVariable("PATH")}";

    /// <param name="restore">What pg_restore does, as a shell script.</param>
    public static async Task<WrappedTools> CreateAsync(string restore)
    {
        var tools = new WrappedTools();
        var real = (await PostgresInstallations.FindDumpToolsAsync(CancellationToken.None))[0];
        await tools.PutAsync(real.Program("pg_dump"), "exec \"$real\" \"$@\"");
        await tools.PutAsync(real.Program("pg_restore"), restore);
        return tools;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private async Task PutAsync(string real, string script)
    {
        var name = Path.GetFileName(real);
        var path = Path.Combine(directory, name);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\nreal='{real}'\n[ \"$1\" = --version ] && echo '{name} (PostgreSQL) 99.1' && exit\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
