using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>An extension made of SQL, in the directory of extensions, which all servers of a machine share; so it bears the name of this process.</summary>
internal sealed class InstalledExtension : IDisposable
{
    private readonly List<string> files = [];

    private InstalledExtension(string name) => Name = name;

    public string Name { get; }

    /// <summary>Anybody who may create at all may create it, and owns what it brings; where trusted, a superuser does.</summary>
    public static async Task<InstalledExtension> InstallAsync(
        LocalCluster server, string name, bool isTrusted, params (string Version, string Script)[] scripts)
    {
        var extension = new InstalledExtension(string.Create(CultureInfo.InvariantCulture, $"migplan_{name}_{Environment.ProcessId}"));
        var directory = Path.Combine(await Sql.ScalarAsync<string>(server, "postgres", "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'"), "extension");
        try
        {
            await extension.WriteAsync(
                Path.Combine(directory, $"{extension.Name}.control"),
                $"comment = 'a test of migplan'\ndefault_version = '{scripts[^1].Version}'\nrelocatable = false\n{(isTrusted ? "trusted = true" : "superuser = false")}\n");
            foreach (var (version, script) in scripts)
            {
                await extension.WriteAsync(Path.Combine(directory, $"{extension.Name}--{version}.sql"), script);
            }
        }
        catch (UnauthorizedAccessException exception)
        {
            extension.Dispose();
            Assert.Ignore($"extensions can't be installed here: {exception.Message}");
        }

        return extension;
    }

    /// <summary>Anybody may create it where he may create at all, and a superuser owns what it brings: as it is on RDS.</summary>
    /// <param name="server">Any of the machine's.</param>
    /// <param name="name">Of the extension, short.</param>
    /// <param name="scripts">One a version; new databases get the last one's.</param>
    public static Task<InstalledExtension> InstallAsync(LocalCluster server, string name, params (string Version, string Script)[] scripts) =>
        InstallAsync(server, name, isTrusted: true, scripts);

    public void Dispose() => files.ForEach(File.Delete);

    private async Task WriteAsync(string file, string text)
    {
        files.Add(file);
        await File.WriteAllTextAsync(file, text);
    }
}
