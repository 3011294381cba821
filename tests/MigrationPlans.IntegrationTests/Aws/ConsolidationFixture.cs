using System.Globalization;
using System.Text.Json;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>
/// Two accounts with an instance, a secret and a database each, and one instance with a managed secret that takes both in. AWS is an
/// emulator; the instances behind it are the two test servers, where the logins are masters as RDS has them: no superusers.
/// </summary>
internal sealed class ConsolidationFixture : IAsyncDisposable
{
    public const string ExternalId = "external-id-between-us";
    private const string Region = "us-east-1";

    /// <summary>What every session token of the emulator begins with.</summary>
    private const string TokenStart = "FQoGZXIvYXdz";

    private static readonly string[] Accounts = ["111111111111", "222222222222"];
    private static readonly string[] Letters = ["a", "b"];

    private readonly string directory = Directory.CreateTempSubdirectory("migplan-consolidation-").FullName;
    private readonly MotoServer server;

    private ConsolidationFixture(MotoServer server) => this.server = server;

    public static IEnumerable<string> Secrets =>
        [.. Letters.Select(Password), Password("target"), AwsEnvironment.SecretKey, ExternalId, TokenStart];

    public static async Task<ConsolidationFixture> StartAsync()
    {
        var fixture = new ConsolidationFixture(await MotoServer.StartAsync());
        try
        {
            await DropAsync();
            var secrets = new List<string>();
            for (var i = 0; i < Letters.Length; i++)
            {
                await FillAsync(Letters[i]);
                secrets.Add(await fixture.CreateSourceAsync(Accounts[i], Letters[i]));
            }

            await fixture.CreateTargetAsync();
            await File.WriteAllTextAsync(fixture.FileOf("manifest.yaml"), Manifest(secrets));
            return fixture;
        }
        catch
        {
            await fixture.DisposeAsync();
            throw;
        }
    }

    public string FileOf(string name) => Path.Combine(directory, name);

    public async Task<MigplanProcess> RunAsync(params string[] arguments)
    {
        var migplan = Start(arguments);
        await migplan.WaitAsync();
        return migplan;
    }

    /// <summary>The server's password is another than the secret's.</summary>
    public static Task BreakLoginAsync() => Sql.RunAsync(TestServers.Source, "postgres", "ALTER ROLE master_a PASSWORD 'other'");

    public static Task MendLoginAsync() => Sql.RunAsync(TestServers.Source, "postgres", $"ALTER ROLE master_a PASSWORD '{Password("a")}'");

    public MigplanProcess Start(params string[] arguments) => MigplanProcess.Start(arguments, new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = server.Address.ToString(),
        ["AWS_ACCESS_KEY_ID"] = "AKIAOWNOWNOWNOWNOWN1",
        ["AWS_SECRET_ACCESS_KEY"] = AwsEnvironment.SecretKey,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["EXTERNAL_ID"] = ExternalId,
    });

    /// <summary>Every file that the runs left beside the manifest, as text.</summary>
    public IEnumerable<(string Name, string Text)> Files() =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(file => (Path.GetRelativePath(directory, file), File.ReadAllText(file)));

    public static Task<string> ContentAsync(bool isTarget, string letter) => Sql.ScalarAsync<string>(
        isTarget ? TestServers.Target : TestServers.Source,
        isTarget ? $"app_db_{letter}" : $"source_database_{letter}",
        """
        SELECT format('%s %s %s',
          (SELECT count(*) || ':' || sum(hashtextextended(o::text, 0)::numeric) FROM orders o),
          (SELECT last_value FROM orders_id_seq),
          (SELECT tableowner FROM pg_tables WHERE tablename = 'orders'))
        """);

    public async ValueTask DisposeAsync()
    {
        server.Dispose();
        Directory.Delete(directory, recursive: true);
        await DropAsync();
    }

    private static string Password(string whose) => $"pa55-of-{whose}-q7Lz";

    private static string Login(string user, string whose) =>
        JsonSerializer.Serialize(new { username = user, password = Password(whose), engine = "postgres" });

    private async Task<string> CreateSourceAsync(string number, string letter)
    {
        using var account = await MotoAccount.OpenAsync(server, number);
        await account.CreateInstanceAsync(Region, $"source-{letter}");
        return await account.CreateSecretAsync(Region, $"source-{letter}", Login($"master_{letter}", letter));
    }

    private async Task CreateTargetAsync()
    {
        using var own = await MotoAccount.OpenAsync(server);
        var answer = await own.CreateInstanceAsync(Region, "nonprod-shared", new() { ["ManageMasterUserPassword"] = "true" });
        var arn = answer.Descendants().First(element => element.Name.LocalName == "SecretArn").Value;
        await own.UpdateSecretAsync(Region, arn, Login("master_target", "target"));

        // The last one is for `verify` after the run, when the new owners' rights are given back.
        await Sql.RunAsync(
            TestServers.Target,
            "postgres",
            $"CREATE ROLE master_target LOGIN CREATEDB CREATEROLE PASSWORD '{Password("target")}' IN ROLE pg_read_all_data");
    }

    private static async Task FillAsync(string letter)
    {
        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE ROLE master_{letter} LOGIN CREATEROLE PASSWORD '{Password(letter)}'");
        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE source_database_{letter} OWNER master_{letter}");
        await Sql.RunAsync(TestServers.Source, $"source_database_{letter}", $"""
            SET ROLE master_{letter};
            CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL);
            CREATE TABLE orders (id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, amount numeric(12,2));
            INSERT INTO customer SELECT i, 'customer {letter} ' || i FROM generate_series(1, 100) i;
            INSERT INTO orders (customer_id, amount) SELECT 1 + i % 100, i / 7.0 FROM generate_series(1, 3000) i;
            """);
    }

    private static async Task DropAsync()
    {
        foreach (var letter in Letters)
        {
            await Sql.DropDatabaseAsync(TestServers.Source, $"source_database_{letter}");
            await Sql.RunAsync(TestServers.Source, "postgres", $"DROP ROLE IF EXISTS master_{letter}");
            await Sql.DropDatabaseAsync(TestServers.Target, $"app_db_{letter}");
            await Sql.RunAsync(TestServers.Target, "postgres", $"DROP ROLE IF EXISTS master_{letter}");
        }

        await Sql.RunAsync(TestServers.Target, "postgres", "DROP ROLE IF EXISTS master_target");
    }

    private static string Manifest(List<string> secrets) => string.Create(CultureInfo.InvariantCulture, $$"""
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata: { name: nonprod-consolidation }
        defaults:
          endpoint: { region: {{Region}}, tls: { mode: disable } }
          database: { verify: checksums }
        sources:
          account-a: {{Source(0, secrets)}}
          account-b: {{Source(1, secrets)}}
        targets:
          nonprod:
            rds: { instance: nonprod-shared }
            credentials: { managedSecret: true }
            connect: { host: 127.0.0.1, port: {{TestServers.Target.Port}} }
        databases:
          - { from: account-a/source_database_a, to: nonprod/app_db_a, fence: read-only }
          - { from: account-b/source_database_b, to: nonprod/app_db_b }
        """);

    private static string Source(int index, List<string> secrets) => string.Create(CultureInfo.InvariantCulture, $$$"""

            rds:
              instance: source-{{{Letters[index]}}}
              roleArn: arn:aws:iam::{{{Accounts[index]}}}:role/RdsCrossAccountAccessRole
              externalId: ${env:EXTERNAL_ID}
            credentials: { secretArn: "{{{secrets[index]}}}" }
            connect: { host: 127.0.0.1, port: {{{TestServers.Source.Port}}} }
        """);
}
