using System.Globalization;
using System.Text.Json;
using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>
/// What <c>examples/consolidation</c> describes: two accounts with an instance, a secret and a database each, and one instance that takes
/// both in. AWS is an emulator; the instances behind it are local servers, whose logins are masters as RDS has them: no superusers.
/// </summary>
internal sealed class ExampleConsolidation : IAsyncDisposable
{
    private const string Region = "us-east-1";

    /// <summary>What every session token of the emulator begins with.</summary>
    private const string TokenStart = "FQoGZXIvYXdz";

    public static readonly string Manifest = Repository.PathOf("examples", "consolidation", "manifest.yaml");

    private readonly string directory = LocalCluster.CreateParentDirectory("migplan-consolidation-");
    private readonly List<LocalCluster> servers = [];
    private readonly MotoServer moto;
    private string hostKey = "";

    private ExampleConsolidation(MotoServer moto) => this.moto = moto;

    public static IEnumerable<string> Secrets => [Password("a"), Password("b"), Password("target"), AwsEnvironment.SecretKey, "nonprod-4e7d1c", TokenStart];

    public LocalCluster SourceA => servers[0];

    public LocalCluster SourceB => servers[1];

    public LocalCluster Target => servers[2];

    /// <summary>The way to the servers, laid over the example: tunnels, whose ends speak no TLS.</summary>
    public string Tunnels => FileOf("tunnels.yaml");

    public static async Task<ExampleConsolidation> StartAsync()
    {
        var fixture = new ExampleConsolidation(await MotoServer.StartAsync());
        try
        {
            for (var i = 0; i < 3; i++)
            {
                fixture.servers.Add(await TestServers.StartNewestAsync(fixture.directory, ["max_connections = 200"]));
            }

            await fixture.CreateSourceAsync(fixture.SourceA, "111111111111", "a", ["shop_owner", "shop_app", "readonly"]);
            await fixture.CreateSourceAsync(fixture.SourceB, "222222222222", "b", ["desk_owner", "desk_app", "readonly"]);
            await fixture.CreateTargetAsync();
            await File.WriteAllTextAsync(fixture.Tunnels, fixture.TunnelText());
            return fixture;
        }
        catch
        {
            await fixture.DisposeAsync();
            throw;
        }
    }

    public string FileOf(string name) => Path.Combine(directory, name);

    /// <summary>Runs a verb on the example, with the tunnels and whatever else is given.</summary>
    public Task<MigplanProcess> RunAsync(string verb, params string[] options) =>
        MigplanProcess.RunAsync([verb, Manifest, "--overlay", Tunnels, .. options], new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = moto.Address.ToString(),
            ["AWS_ACCESS_KEY_ID"] = hostKey,
            ["AWS_SECRET_ACCESS_KEY"] = AwsEnvironment.SecretKey,
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        });

    /// <summary>Every file that the runs left, as text.</summary>
    public IEnumerable<(string Name, string Text)> Files() =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(directory, file).StartsWith("cluster-", StringComparison.Ordinal))
            .Select(file => (Path.GetRelativePath(directory, file), File.ReadAllText(file)));

    public async ValueTask DisposeAsync()
    {
        moto.Dispose();
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }

        Directory.Delete(directory, recursive: true);
    }

    private static string Password(string whose) => $"pa55-of-{whose}-q7Lz";

    private static string Login(string user, string whose) =>
        JsonSerializer.Serialize(new { username = user, password = Password(whose), engine = "postgres" });

    /// <summary>
    /// The end of the ARN that the example names. The emulator draws the last six characters of an ARN itself,
    /// and looks any other up by its end.
    /// </summary>
    private static string SecretName(string endpoint) => File.ReadLines(Manifest)
        .SkipWhile(line => line.Trim() != $"{endpoint}:")
        .First(line => line.TrimStart().StartsWith("secretArn:", StringComparison.Ordinal))
        .Split(':')[^1];

    private async Task CreateSourceAsync(LocalCluster server, string number, string letter, string[] roles)
    {
        using var account = await MotoAccount.OpenAsync(moto, number);
        await account.CreateInstanceAsync(Region, $"source-{letter}-rds-instance-id");
        await account.CreateSecretAsync(Region, SecretName($"account-{letter}"), Login($"master_{letter}", letter));

        // The shop forces row-level security even on the owner, and only who bypasses it can copy such a table whole.
        await Sql.RunAsync(server, "postgres", $"CREATE ROLE master_{letter} LOGIN CREATEROLE BYPASSRLS PASSWORD '{Password(letter)}'");
        await Sql.RunAsync(server, "postgres", $"CREATE DATABASE source_database_{letter} OWNER master_{letter}");
        await Fingerprint.LoadAsync(
            server, $"source_database_{letter}", Repository.PathOf("examples", "consolidation", "data", $"account-{letter}", $"source_database_{letter}.sql"));
        await Sql.RunAsync(server, "postgres", $"GRANT {string.Join(", ", roles)} TO master_{letter}");
    }

    private async Task CreateTargetAsync()
    {
        using var account = await MotoAccount.OpenAsync(moto, "333333333333");
        hostKey = account.AccessKey;
        await account.CreateInstanceAsync(Region, "nonprod-shared");
        await account.CreateSecretAsync(Region, SecretName("nonprod"), Login("master_target", "target"));

        // The last one is for `verify` after the run, when the new owners' rights are given back.
        await Sql.RunAsync(
            Target,
            "postgres",
            $"CREATE ROLE master_target LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD '{Password("target")}' IN ROLE pg_read_all_data");
    }

    private string TunnelText() => string.Create(CultureInfo.InvariantCulture, $$"""
        defaults:
          endpoint: { tls: { mode: disable, rootCertificate: null } }
        sources:
          account-a: { connect: { host: 127.0.0.1, port: {{SourceA.Port}} } }
          account-b: { connect: { host: 127.0.0.1, port: {{SourceB.Port}} } }
        targets:
          nonprod: { connect: { host: 127.0.0.1, port: {{Target.Port}} } }
        """);
}
