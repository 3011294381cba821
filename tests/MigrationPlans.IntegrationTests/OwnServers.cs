using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.IntegrationTests;

/// <summary>A source and a target of one fixture's own, with a directory for its manifests; all of it goes when the fixture is done.</summary>
internal sealed class OwnServers : IAsyncDisposable
{
    private readonly string directory;

    private OwnServers(string directory, LocalCluster source, LocalCluster target) => (this.directory, Source, Target) = (directory, source, target);

    public LocalCluster Source { get; }

    public LocalCluster Target { get; }

    /// <summary>Those that <paramref name="settings"/> are alike for.</summary>
    public static Task<OwnServers> StartAsync(params string[] settings) => StartAsync(settings, settings);

    public static async Task<OwnServers> StartAsync(string[] source, string[] target)
    {
        var directory = LocalCluster.CreateParentDirectory("migplan-own-");
        return new OwnServers(directory, await TestServers.StartSourceAsync(directory, source), await TestServers.StartTargetAsync(directory, target));
    }

    /// <summary>The real program on a manifest that was written here.</summary>
    public MigplanProcess Start(string verb, string manifest, params string[] options) =>
        MigplanProcess.Start(
            [verb, manifest, .. options],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["SOURCE_PASSWORD"] = Source.Password, ["TARGET_PASSWORD"] = Target.Password });

    /// <summary>Runs it to the end.</summary>
    public async Task<MigplanProcess> RunAsync(string verb, string manifest, params string[] options)
    {
        var migplan = Start(verb, manifest, options);
        await migplan.WaitAsync();
        return migplan;
    }

    /// <summary>Writes a manifest over both servers, <c>source</c> and <c>target</c>, in a directory of its name.</summary>
    /// <param name="mappings">Each a line of YAML in braces.</param>
    /// <returns>Its path; the state is found by <see cref="JournalOf"/>.</returns>
    public string WriteManifest(string name, params string[] mappings)
    {
        var file = Path.Combine(directory, name, "manifest.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: {{name}} }
            defaults: { endpoint: { tls: { mode: disable } } }
            sources:
              source: { postgres: { host: 127.0.0.1, port: {{Source.Port}} }, credentials: { username: {{LocalCluster.Superuser}}, password: { env: SOURCE_PASSWORD } } }
            targets:
              target: { postgres: { host: 127.0.0.1, port: {{Target.Port}} }, credentials: { username: {{LocalCluster.Superuser}}, password: { env: TARGET_PASSWORD } } }
            databases:
            {{string.Concat(mappings.Select(mapping => $"  - {mapping}\n"))}}
            """));
        return file;
    }

    /// <summary>Lines of the journal of a manifest's runs; none as long as there is none.</summary>
    public async Task<string[]> JournalOf(string name)
    {
        var journal = Path.Combine(directory, name, ".migplan", name, "journal.ndjson");
        return File.Exists(journal) ? await File.ReadAllLinesAsync(journal) : [];
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}
