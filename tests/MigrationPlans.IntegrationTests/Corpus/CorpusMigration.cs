using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>A database of the corpus between two servers of its own, carried over by the real program.</summary>
/// <param name="database">Its name on both sides.</param>
/// <param name="isManaged">As on RDS: both logins have CREATEDB and CREATEROLE, and what pg_monitor and pg_read_all_data give; neither is a superuser.</param>
internal sealed class CorpusMigration(string database, bool isManaged) : IAsyncDisposable
{
    private const string Password = "corpus";
    private readonly string directory = LocalCluster.CreateParentDirectory("migplan-corpus-");

    /// <summary>Further databases of the manifest.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>The mapping that is given to a run says itself what becomes of the roles.</summary>
    public bool HasOwnRoles { get; init; }

    public string StateDirectory => Path.Combine(directory, ".migplan");

    public LocalCluster Source { get; private set; } = null!;

    public LocalCluster Target { get; private set; } = null!;

    private string SourceLogin => isManaged ? "master_src" : LocalCluster.Superuser;

    private string TargetLogin => isManaged ? "master_tgt" : LocalCluster.Superuser;

    /// <summary>Starts both servers and runs the corpus' files in the source, as its login.</summary>
    public async Task StartAsync(params string[] files)
    {
        string[] settings = ["wal_level = logical", "fsync = off"];
        var clusters = await Task.WhenAll(TestServers.StartSourceAsync(directory, settings), TestServers.StartTargetAsync(directory, settings));
        (Source, Target) = (clusters[0], clusters[1]);
        if (isManaged)
        {
            // BYPASSRLS: what row security forces on owners can't be read without, on RDS either.
            await PsqlAsync(Source, "postgres", $"CREATE ROLE master_src LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD '{Password}' IN ROLE pg_monitor, pg_read_all_data");
            await PsqlAsync(Target, "postgres", $"CREATE ROLE master_tgt LOGIN CREATEDB CREATEROLE PASSWORD '{Password}'");
        }

        await PsqlAsync(Source, "postgres", $"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.utf8' OWNER {SourceLogin}");
        foreach (var file in files)
        {
            var result = await RunPsqlAsync(Source, database, SourceLogin, "-f", Repository.PathOf("tests", "MigrationPlans.IntegrationTests", "Corpus", file));
            if (result.ExitCode != 0)
            {
                throw new InvalidOperationException($"{file}: {result.Error}");
            }
        }
    }

    /// <summary>The real program on a manifest with this one mapping.</summary>
    /// <param name="verb">With its options, before the manifest.</param>
    /// <param name="mapping">More properties of the mapping.</param>
    public Task<MigplanProcess> RunAsync(string verb, string mapping = "", params string[] options)
    {
        var manifest = Path.Combine(directory, "manifest.yaml");
        var roles = isManaged && !HasOwnRoles ? ", roles: { map: { master_src: master_tgt } }" : "";
        File.WriteAllText(manifest, string.Create(CultureInfo.InvariantCulture, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: corpus }
            sources: { old: { postgres: { host: 127.0.0.1, port: {{Source.Port}} }, credentials: { username: {{SourceLogin}}, password: { env: CORPUS_OLD } } } }
            targets: { new: { postgres: { host: 127.0.0.1, port: {{Target.Port}} }, credentials: { username: {{TargetLogin}}, password: { env: CORPUS_NEW } } } }
            databases:
            {{string.Concat(new[] { database }.Concat(Others).Select(name => $"  - {{ from: old/{name}, to: new/{name}, verify: checksums{roles}{mapping} }}\n"))}}
            """));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CORPUS_OLD"] = isManaged ? Password : Source.Password,
            ["CORPUS_NEW"] = isManaged ? Password : Target.Password,
        };
        return MigplanProcess.RunAsync([verb, manifest, .. options], environment);
    }

    /// <summary>Lines that only one side's inventory has: <c>-</c> the source's, <c>+</c> the target's. Sorted.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        var source = await InventoryAsync(Source);
        var target = (await InventoryAsync(Target)).Select(line => line.Replace("master_tgt", "master_src", StringComparison.Ordinal)).ToList();
        return [.. Only(source, target).Select(line => $"- {line}").Concat(Only(target, source).Select(line => $"+ {line}")).Order(StringComparer.Ordinal)];
    }

    public Task<ToolResult> PsqlAsync(LocalCluster server, string inDatabase, string sql) => SucceedAsync(RunPsqlAsync(server, inDatabase, LocalCluster.Superuser, "-c", sql));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { Source, Target }.OfType<LocalCluster>())
        {
            await server.DisposeAsync();
        }

        Directory.Delete(directory, recursive: true);
    }

    /// <summary>As often as the one list has it more than the other.</summary>
    private static IEnumerable<string> Only(IEnumerable<string> lines, IEnumerable<string> others)
    {
        var left = others.CountBy(line => line).ToDictionary(StringComparer.Ordinal);
        return lines.Where(line =>
        {
            var count = left.GetValueOrDefault(line);
            left[line] = count - 1;
            return count <= 0;
        }).ToList();
    }

    private async Task<IReadOnlyList<string>> InventoryAsync(LocalCluster server)
    {
        var command = new ToolCommand("bash", [Repository.PathOf("bench", "inventory.sh"), server.Port.ToString(CultureInfo.InvariantCulture), database])
        {
            Environment = Connection(server, LocalCluster.Superuser).Add("PGBIN", (await PostgresInstallations.FindAsync("pg_dump", CancellationToken.None))[0].BinDirectory),
        };
        var result = await SucceedAsync(ToolProcess.RunAsync(command, CancellationToken.None));
        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(KnownDifferences.Flatten)];
    }

    private async Task<ToolResult> RunPsqlAsync(LocalCluster server, string inDatabase, string login, string option, string argument)
    {
        var tools = (await PostgresInstallations.FindAsync("psql", CancellationToken.None))[0];
        var command = new ToolCommand(tools.Program("psql"), ["-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-d", inDatabase, option, argument])
        {
            Environment = Connection(server, login).Add("PGPORT", server.Port.ToString(CultureInfo.InvariantCulture)),
        };
        return await ToolProcess.RunAsync(command, CancellationToken.None);
    }

    private static async Task<ToolResult> SucceedAsync(Task<ToolResult> run)
    {
        var result = await run;
        return result.ExitCode == 0 ? result : throw new InvalidOperationException(result.Error);
    }

    private static ImmutableDictionary<string, string?> Connection(LocalCluster server, string login) => ImmutableDictionary<string, string?>.Empty
        .Add("PGHOST", LocalCluster.Host).Add("PGUSER", login).Add("PGPASSWORD", login == LocalCluster.Superuser ? server.Password : Password).Add("PGOPTIONS", "-c client_min_messages=warning");
}
