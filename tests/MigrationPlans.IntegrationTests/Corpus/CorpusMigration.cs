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

    private static readonly string[] Settings = ["wal_level = logical", "fsync = off"];

    private readonly string directory = LocalCluster.CreateParentDirectory("migplan-corpus-");

    /// <summary>Further databases of the manifest.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>The mapping that is given to a run says itself what becomes of the roles.</summary>
    public bool HasOwnRoles { get; init; }

    /// <summary>From this version on the server itself names constraints for NOT NULL, by what is free when they are made; pg_dump does not say how.</summary>
    private const int NamesConstraints = 18;

    /// <summary>Below, only superusers create extensions. A managed service lets its master user do it all the same; a plain server does not.</summary>
    public const int TrustsExtensions = 13;

    public string StateDirectory => Path.Combine(directory, ".migplan");

    public LocalCluster Source { get; private set; } = null!;

    public LocalCluster Target { get; private set; } = null!;

    private string SourceLogin => isManaged ? "master_src" : LocalCluster.Superuser;

    private string TargetLogin => isManaged ? "master_tgt" : LocalCluster.Superuser;

    /// <summary>Starts both servers and runs the corpus' files in the source, as its login.</summary>
    public async Task StartAsync(params string[] files)
    {
        var clusters = await Task.WhenAll(TestServers.StartSourceAsync(directory, Settings), TestServers.StartTargetAsync(directory, Settings));
        (Source, Target) = (clusters[0], clusters[1]);
        if (isManaged)
        {
            // BYPASSRLS: what row security forces on owners can't be read without, on RDS either.
            var member = Source.MajorVersion >= 14 ? "pg_monitor, pg_read_all_data" : "pg_monitor";
            await PsqlAsync(Source, "postgres", $"CREATE ROLE master_src LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD '{Password}' IN ROLE {member}");
            // From 16 on, CREATEROLE alone does not let one give a predefined role away; on RDS it can be.
            await PsqlAsync(Source, "postgres", "GRANT pg_read_all_stats TO master_src WITH ADMIN OPTION");
            await PsqlAsync(Target, "postgres", $"CREATE ROLE master_tgt LOGIN CREATEDB CREATEROLE PASSWORD '{Password}'");
            if (Target.MajorVersion < 15 && database != "corpus_samples")
            {
                // Where it belongs to a superuser, nothing said of it can be carried over: PlannedLossTests.
                await InTemplateAsync(Target, $"ALTER SCHEMA public OWNER TO {TargetLogin}");
            }
        }

        await PsqlAsync(
            Source,
            "postgres",
            $"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8' OWNER {SourceLogin}");
        if (isManaged && Source.MajorVersion < 15 && database != "corpus_samples")
        {
            // These change it. In the samples' database it stays with a superuser.
            await PsqlAsync(Source, database, $"ALTER SCHEMA public OWNER TO {SourceLogin}");
        }

        await LoadAsync(files);
    }

    private async Task LoadAsync(string[] files)
    {
        var needsSuperuser = isManaged && Source.MajorVersion < TrustsExtensions;
        if (needsSuperuser)
        {
            // The files become it for their extensions, and for nothing else.
            await PsqlAsync(Source, "postgres", $"GRANT {LocalCluster.Superuser} TO {SourceLogin}");
        }

        foreach (var file in files)
        {
            var text = Path.Combine(directory, Path.GetFileName(file));
            await File.WriteAllTextAsync(
                text,
                CorpusText.For(Source.MajorVersion, Repository.PathOf("tests", "MigrationPlans.IntegrationTests", "Corpus", file)));
            var result = await RunPsqlAsync(Source, database, SourceLogin, "-f", text);
            if (result.ExitCode != 0)
            {
                throw new InvalidOperationException($"{file}: {result.Error}");
            }
        }

        if (needsSuperuser)
        {
            await PsqlAsync(Source, "postgres", $"REVOKE {LocalCluster.Superuser} FROM {SourceLogin}");
        }
    }

    /// <summary>The real program on a manifest with this one mapping.</summary>
    /// <param name="verb">With its options, before the manifest.</param>
    /// <param name="mapping">More properties of the mapping.</param>
    public async Task<MigplanProcess> RunAsync(string verb, string mapping = "", params string[] options)
    {
        var migplan = Begin(verb, mapping, options);
        await migplan.WaitAsync();
        return migplan;
    }

    /// <summary>The same, not waited for.</summary>
    public MigplanProcess Begin(string verb, string mapping = "", params string[] options)
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
        return MigplanProcess.Start([verb, manifest, .. options], environment);
    }

    /// <summary>
    /// Lines that only one side's inventory has: <c>-</c> the source's, <c>+</c> the target's. Sorted. Where the versions differ, or the
    /// server names objects itself, objects are compared with what PostgreSQL's own programs make of the source on a server of the target's
    /// version, so that what a version prints or keeps in another way does not count; rows are compared with the source's in any case.
    /// </summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        if (Source.MajorVersion == Target.MajorVersion && Target.MajorVersion < NamesConstraints)
        {
            return Differences(await InventoryAsync(Source, "inventory.sh"), await InventoryAsync(Target, "inventory.sh"));
        }

        await using var reference = await TestServers.StartTargetAsync(directory, Settings);
        await RestoreReferenceAsync(reference);
        var target = KnownDifferences.WithoutContent(await InventoryAsync(Target, "inventory.sh", "--no-rows"));
        var objects = Differences(KnownDifferences.WithoutContent(await InventoryAsync(reference, "inventory.sh", "--no-rows")), target);
        var rows = Differences(await InventoryAsync(Source, "fingerprint.sh", "--rows-only"), await InventoryAsync(Target, "fingerprint.sh", "--rows-only"));
        var hasDefaultOwner = isManaged && Source.MajorVersion < 15;
        // Below 17 a multirange type is left to the login by pg_restore; we give it the owner that it has on the source, if that has it.
        var hasMultiranges = Source.MajorVersion >= 14;
        var hasOwnMultiranges = hasMultiranges ? Target.MajorVersion < 17 : isManaged;
        var multiranges = hasMultiranges && hasOwnMultiranges ? Differences(await InventoryAsync(Source, "inventory.sh", "--no-rows"), target) : [];
        return
        [
            .. objects.Where(line => !(hasDefaultOwner && KnownDifferences.IsOwnerOfPublic(line))
                && !(hasOwnMultiranges && KnownDifferences.IsOwnerOfMultirange(line))
                && !KnownDifferences.IsOfPartOfKey(line)),
            .. multiranges.Where(KnownDifferences.IsOwnerOfMultirange),
            .. rows,
        ];
    }

    public Task<ToolResult> PsqlAsync(LocalCluster server, string inDatabase, string sql) =>
        SucceedAsync(RunPsqlAsync(server, inDatabase, LocalCluster.Superuser, "-c", sql));

    /// <summary>In what every new database is made of.</summary>
    public async Task InTemplateAsync(LocalCluster server, string sql)
    {
        await PsqlAsync(server, "postgres", "ALTER DATABASE template0 ALLOW_CONNECTIONS true");
        await PsqlAsync(server, "template0", sql);
        await PsqlAsync(server, "postgres", "ALTER DATABASE template0 ALLOW_CONNECTIONS false");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { Source, Target }.OfType<LocalCluster>())
        {
            await server.DisposeAsync();
        }

        Directory.Delete(directory, recursive: true);
    }

    private static IReadOnlyList<string> Differences(IReadOnlyList<string> source, IReadOnlyList<string> targetLines)
    {
        var target = targetLines.Select(line => line.Replace("master_tgt", "master_src", StringComparison.Ordinal)).ToList();
        return [.. Only(source, target).Select(line => $"- {line}").Concat(Only(target, source).Select(line => $"+ {line}")).Order(StringComparer.Ordinal)];
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

    // All but rows and positions: large objects with all that belongs to them are data for pg_dump, and so come along.
    private async Task RestoreReferenceAsync(LocalCluster reference)
    {
        var (roles, dump) = (Path.Combine(directory, "reference-roles.sql"), Path.Combine(directory, "reference.sql"));
        await RunToolAsync(Source, "pg_dumpall", "--roles-only", "--no-role-passwords", $"--file={roles}");
        // Subscriptions stay behind, and their options are those of the program's version.
        await RunToolAsync(Source, "pg_dump", "--create", "--no-subscriptions", "--exclude-table-data=*.*", $"--file={dump}", database);
        await File.WriteAllTextAsync(dump, CorpusText.ForOlder(await File.ReadAllTextAsync(dump)));
        // Of this schema pg_dump says neither that there is none, nor, below 15, its comment.
        const string OfPublic = "SELECT CASE WHEN n IS NULL THEN 'DROP SCHEMA public' ELSE format('COMMENT ON SCHEMA public IS %L', obj_description(n, 'pg_namespace')) END FROM to_regnamespace('public') n";
        await File.AppendAllTextAsync(dump, $"\n{await Sql.ScalarAsync<string>(Source, database, OfPublic)};\n");

        // Roles that the new server has too are errors.
        await RunToolAsync(reference, "psql", "-X", "-q", "-d", "postgres", "-f", roles);
        await RunToolAsync(reference, "psql", "-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-f", dump);
    }

    private async Task RunToolAsync(LocalCluster server, string program, params string[] arguments)
    {
        // A newer pg_dump can write what the target's version does not know.
        var installations = await PostgresInstallations.FindAsync(program, CancellationToken.None);
        var tools = installations.FirstOrDefault(installation => installation.MajorVersion == Target.MajorVersion) ?? installations[0];
        var command = new ToolCommand(tools.Program(program), [.. arguments])
        {
            Environment = Connection(server, LocalCluster.Superuser).Add("PGPORT", server.Port.ToString(CultureInfo.InvariantCulture)),
        };
        await SucceedAsync(ToolProcess.RunAsync(command, CancellationToken.None));
    }

    private async Task<IReadOnlyList<string>> InventoryAsync(LocalCluster server, string script, params string[] options)
    {
        var command = new ToolCommand("bash", [Repository.PathOf("bench", script), server.Port.ToString(CultureInfo.InvariantCulture), database, .. options])
        {
            Environment = Connection(server, LocalCluster.Superuser)
                .Add("PGBIN", (await PostgresInstallations.FindAsync("pg_dump", CancellationToken.None))[0].BinDirectory),
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
        .Add("PGHOST", LocalCluster.Host)
        .Add("PGUSER", login)
        .Add("PGPASSWORD", login == LocalCluster.Superuser ? server.Password : Password)
        .Add("PGOPTIONS", "-c client_min_messages=warning");
}
