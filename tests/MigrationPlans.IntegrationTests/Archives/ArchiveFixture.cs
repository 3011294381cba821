using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.IntegrationTests.Archives;

/// <summary>A manifest of archive mappings over the two test servers in a directory of its own, and the real binary to run on it.</summary>
internal sealed class ArchiveFixture : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("migplan-archive-").FullName;
    private readonly string login;
    private readonly string loginPassword;

    /// <param name="mappings">Items of <c>databases</c>, in flow style.</param>
    /// <param name="settings">The mappings' <c>archive</c>, in flow style.</param>
    /// <param name="login">Of the target; null for the superuser.</param>
    public ArchiveFixture(IEnumerable<string> mappings, string settings = "{}", string? login = null)
    {
        this.login = login ?? LocalCluster.Superuser;
        loginPassword = login is null ? TestServers.Target.Password : "secret";
        WriteManifest(mappings, settings);
    }

    public string ManifestPath => FileOf("manifest.yaml");

    public string FileOf(string name) => Path.Combine(directory, name);

    public void WriteManifest(IEnumerable<string> mappings, string settings) =>
        File.WriteAllText(ManifestPath, string.Create(CultureInfo.InvariantCulture, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: archive-test }
            defaults:
              endpoint: { tls: { mode: disable } }
              database: { strategy: archive, verify: checksums, archive: {{settings}} }
            sources:
              old: { postgres: { host: 127.0.0.1, port: {{TestServers.Source.Port}} }, credentials: { username: migplan, password: { env: ARCHIVE_OLD } } }
            targets:
              new: { postgres: { host: 127.0.0.1, port: {{TestServers.Target.Port}} }, credentials: { username: {{login}}, password: { env: ARCHIVE_NEW } } }
            databases:
            {{string.Join('\n', mappings.Select(mapping => $"  - {mapping}"))}}
            """));

    public MigplanProcess Start(params string[] arguments) =>
        MigplanProcess.Start([.. arguments, "--no-color"], new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ARCHIVE_OLD"] = TestServers.Source.Password,
            ["ARCHIVE_NEW"] = loginPassword,
        });

    public MigplanProcess StartApply() => Start("apply", ManifestPath, "--auto-approve", "--parallelism", "3");

    public async Task<MigplanProcess> ApplyAsync()
    {
        var migplan = StartApply();
        await migplan.WaitAsync();
        return migplan;
    }

    public async Task<MigplanProcess> RunAsync(params string[] arguments)
    {
        var migplan = Start(arguments);
        await migplan.WaitAsync();
        return migplan;
    }

    /// <summary>Directories of archives that are there now.</summary>
    public IReadOnlyList<string> Archives(string? root = null) =>
        [.. Directory.EnumerateFiles(root ?? directory, "archive.json", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!)];

    public JsonNode Document() => JsonNode.Parse(File.ReadAllText(Path.Combine(Archives().Single(), "archive.json")))!;

    /// <summary>Waits until a session of pg_dump or pg_restore, or of the run itself, is at such a statement.</summary>
    public static Task UntilAsync(LocalCluster server, string application, string statement, MigplanProcess migplan) =>
        UntilAsync(server, application, statement, "true", migplan);

    /// <summary>The same, and ends those sessions at once: who looks first and ends them then may find them gone.</summary>
    public static Task EndAsync(LocalCluster server, string application, string statement, MigplanProcess migplan) =>
        UntilAsync(server, application, statement, "pg_terminate_backend(pid)", migplan);

    private static async Task UntilAsync(LocalCluster server, string application, string statement, string effect, MigplanProcess migplan)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await using var watcher = await Sql.OpenAsync(server, "postgres");
        while (!await Sql.ScalarAsync<bool>(
            watcher,
            $"SELECT COALESCE(bool_or({effect}), false) FROM pg_stat_activity WHERE split_part(application_name, '/', 1) = '{application}' AND state = 'active' AND (query LIKE '{statement}')"))
        {
            if (migplan.HasExited)
            {
                throw new InvalidOperationException($"it ended before {application} came to {statement}: {migplan}");
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits until no program that works for this fixture is left.</summary>
    public async Task<IReadOnlyList<string>> RemainingToolsAsync()
    {
        for (var look = 0; look < 100; look++)
        {
            var left = CommandLines()
                .Where(line => line.Contains(directory, StringComparison.Ordinal) && line.Contains("pg_", StringComparison.Ordinal))
                .ToList();
            if (left.Count == 0)
            {
                return [];
            }

            await Task.Delay(100);
        }

        return [.. CommandLines().Where(line => line.Contains(directory, StringComparison.Ordinal))];
    }

    /// <summary>Sends the stop signal to all pg_dump that work for the directory.</summary>
    /// <returns>Their process ids.</returns>
    public static async Task<IReadOnlyList<string>> StopDumpsAsync(string directory)
    {
        var dumps = Processes()
            .Where(process => process.Command.Contains(directory, StringComparison.Ordinal)
                && process.Command.Split(' ')[0].EndsWith("/pg_dump", StringComparison.Ordinal))
            .Select(process => process.Id)
            .ToList();
        using var kill = Process.Start("kill", ["-STOP", .. dumps]);
        await kill.WaitForExitAsync();
        return dumps;
    }

    /// <summary>The same for this fixture's.</summary>
    public Task<IReadOnlyList<string>> StopDumpsAsync() => StopDumpsAsync(directory);

    /// <summary>Of every process that may be looked at.</summary>
    public static IEnumerable<string> CommandLines() => Processes().Select(process => process.Command);

    /// <summary>Every process that may be looked at, with its command line.</summary>
    public static IEnumerable<(string Id, string Command)> Processes()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
            }
            catch (IOException)
            {
                continue;
            }

            yield return (Path.GetFileName(process), line);
        }
    }

    public static async Task CreateAsync(string database, string sql)
    {
        await Sql.DropDatabaseAsync(TestServers.Target, Quote(database));
        await Sql.DropDatabaseAsync(TestServers.Source, Quote(database));
        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE {Quote(database)}");
        await Sql.RunAsync(TestServers.Source, database, sql);
    }

    public static async Task AssertEqualAsync(string source, string target) =>
        NUnit.Framework.Assert.That(
            await Fingerprint.TakeAsync(TestServers.Target, target),
            NUnit.Framework.Is.EqualTo(await Fingerprint.TakeAsync(TestServers.Source, source)));

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
