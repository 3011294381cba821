using System.Diagnostics;
using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.IntegrationTests;

/// <summary>A manifest over the two test servers in a directory of its own, and the real binary to run on it.</summary>
internal sealed class ApplyFixture : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("migplan-apply-").FullName;

    public ApplyFixture(params string[] databases)
    {
        Databases = databases;
        WriteManifest("counts");
    }

    /// <summary>Those that the next manifest names.</summary>
    public IReadOnlyList<string> Databases { get; set; }

    /// <summary>What the next manifest maps besides, in YAML.</summary>
    public IReadOnlyList<string> MoreMappings { get; set; } = [];

    public string StateDirectory => Path.Combine(directory, ".migplan", "apply-test");

    /// <summary>Fills each source database with tables of so many rows, keys, a sequence and a view.</summary>
    public async Task FillAsync(int rows)
    {
        await CreateAsync(string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
            CREATE TABLE orders (id serial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, amount numeric(12,2), placed timestamptz);
            CREATE INDEX ON orders (customer_id, placed);
            INSERT INTO customer (name) SELECT 'customer ' || i FROM generate_series(1, {rows / 10}) i;
            INSERT INTO orders (customer_id, amount, placed)
              SELECT 1 + i % {rows / 10}, i / 7.0, timestamptz '2026-01-01' + i * interval '1 minute' FROM generate_series(1, {rows}) i;
            CREATE VIEW totals AS SELECT customer_id, sum(amount) FROM orders GROUP BY 1;
            CREATE MATERIALIZED VIEW monthly AS SELECT date_trunc('month', placed) AS month, count(*) FROM orders GROUP BY 1;
            """));
    }

    /// <summary>Makes each source database by these statements.</summary>
    public async Task CreateAsync(string sql)
    {
        foreach (var database in Databases)
        {
            await Sql.DropDatabaseAsync(TestServers.Source, database);
            await Sql.DropDatabaseAsync(TestServers.Target, database);
            await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE {database}");
            await Sql.RunAsync(TestServers.Source, database, sql);
        }
    }

    /// <param name="verify">The level.</param>
    /// <param name="properties">More of the mappings.</param>
    public void WriteManifest(string verify, string properties = "statistics: analyze") =>
        File.WriteAllText(Path.Combine(directory, "manifest.yaml"), string.Create(CultureInfo.InvariantCulture, $"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: {"{"} name: apply-test {"}"}
            defaults:
              database: {"{"} verify: {verify}, {properties} {"}"}
            sources:
              old:
                postgres: {"{"} host: 127.0.0.1, port: {TestServers.Source.Port} {"}"}
                credentials: {"{"} username: {LocalCluster.Superuser}, password: {"{"} env: APPLY_TEST_OLD {"}"} {"}"}
            targets:
              new:
                postgres: {"{"} host: 127.0.0.1, port: {TestServers.Target.Port} {"}"}
                credentials: {"{"} username: {LocalCluster.Superuser}, password: {"{"} env: APPLY_TEST_NEW {"}"} {"}"}
            databases:
            {string.Join('\n', Databases.Select(database => $"{{ from: old/{database}, to: new/{database} }}").Concat(MoreMappings).Select(mapping => $"  - {mapping}"))}
            """));

    /// <summary>A file beside the manifest.</summary>
    public void WriteFile(string name, string content) => File.WriteAllText(Path.Combine(directory, name), content);

    /// <summary>Starts the real binary.</summary>
    public Process Start(params string[] arguments) => Start([], arguments);

    public Process Start((string Name, string Value)[] variables, params string[] arguments)
    {
        var start = ProgramUnderTest.StartInfo(arguments);
        start.WorkingDirectory = directory;
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.Environment["APPLY_TEST_OLD"] = TestServers.Source.Password;
        start.Environment["APPLY_TEST_NEW"] = TestServers.Target.Password;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    public Process StartApply() => Start("apply", "manifest.yaml", "--auto-approve");

    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await EndOf(process);
    }

    public Task<(int ExitCode, string Output)> ApplyAsync() => RunAsync("apply", "manifest.yaml", "--auto-approve");

    public static async Task<(int ExitCode, string Output)> EndOf(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, $"{await output}\n{await error}");
    }

    /// <summary>Sends a signal as a terminal or an operator would.</summary>
    public static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Rows and order-free content of a database's tables, and the sequence's next value.</summary>
    public static async Task<string> ContentAsync(LocalCluster server, string database) =>
        await Sql.ScalarAsync<string>(server, database, """
            SELECT format('%s %s %s %s %s %s',
              (SELECT count(*) || ':' || sum(hashtextextended(c::text, 0)::numeric) FROM customer c),
              (SELECT count(*) || ':' || sum(hashtextextended(o::text, 0)::numeric) FROM orders o),
              (SELECT count(*) FROM monthly),
              (SELECT last_value || ':' || is_called FROM orders_id_seq),
              (SELECT string_agg(indexdef, ';' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'),
              (SELECT string_agg(conname || convalidated, ';' ORDER BY conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace))
            """);

    /// <summary>The databases whose two sides differ.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        var different = new List<string>();
        foreach (var database in Databases)
        {
            if (await ContentAsync(TestServers.Source, database) != await ContentAsync(TestServers.Target, database))
            {
                different.Add(database);
            }
        }

        return different;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
