using System.Globalization;
using System.Text.Json;
using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>A source in another account and a target in our own, behind a scripted AWS, with one small database; the real program looks at them.</summary>
internal sealed class EndpointsFixture : IDisposable
{
    public const string Database = "preflight_shop";
    public const string SourceAccount = "111111111111";
    public const string Role = "arn:aws:iam::111111111111:role/RdsCrossAccountAccessRole";
    public const string SourceSecret = "arn:aws:secretsmanager:us-east-1:111111111111:secret:source-a-AbCdEf";
    public const string TargetSecret = "arn:aws:secretsmanager:us-east-1:333333333333:secret:shared-AbCdEf";

    private readonly string directory = Directory.CreateTempSubdirectory("migplan-endpoints-").FullName;
    private readonly ScriptedAws aws;

    private EndpointsFixture(Func<ScriptedRequest, ScriptedAnswer?> turn)
    {
        aws = new ScriptedAws(request => turn(request) ?? Answer(request));
        File.WriteAllText(Manifest, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: preflight }
            defaults: { endpoint: { region: us-east-1, tls: { mode: disable } } }
            sources:
              account-a:
                rds: { instance: source-a, roleArn: "{{Role}}", externalId: "${env:EXTERNAL_ID}" }
                credentials: { secretArn: "{{SourceSecret}}" }
            targets:
              shared:
                rds: { instance: shared }
                credentials: { secretArn: "{{TargetSecret}}" }
            databases:
              - { from: account-a/{{Database}}, to: shared/{{Database}} }
            """);
    }

    public string Manifest => Path.Combine(directory, "manifest.yaml");

    /// <summary>In GiB, of the target.</summary>
    public int Storage { get; set; } = 100;

    public int? StorageLimit { get; set; }

    /// <summary>Where the source is said to listen.</summary>
    public int SourcePort { get; set; } = TestServers.Source.Port;

    public string Status { get; set; } = "available";

    /// <param name="turn">What AWS answers instead; null for its usual answer.</param>
    public static async Task<EndpointsFixture> StartAsync(Func<ScriptedRequest, ScriptedAnswer?>? turn = null)
    {
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await Sql.DropDatabaseAsync(server, Database);
        }

        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE {Database}");
        await Sql.RunAsync(TestServers.Source, Database, "CREATE TABLE t (i int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 100)");
        return new EndpointsFixture(turn ?? (_ => null));
    }

    public Task<MigplanProcess> RunAsync(params string[] arguments) => MigplanProcess.RunAsync(arguments, new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = aws.Address.ToString(),
        ["AWS_ACCESS_KEY_ID"] = "AKIAOWNOWNOWNOWNOWN1",
        ["AWS_SECRET_ACCESS_KEY"] = AwsEnvironment.SecretKey,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_MAX_ATTEMPTS"] = "2",
        ["EXTERNAL_ID"] = "ext-of-a",
    });

    public void Dispose()
    {
        aws.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private ScriptedAnswer Answer(ScriptedRequest request) => request.Action switch
    {
        "AssumeRole" => ScriptedAnswer.Role("ASIAROLE", DateTimeOffset.UtcNow.AddHours(1)),
        "GetCallerIdentity" => ScriptedAnswer.Identity(request.Scope.StartsWith("ASIAROLE", StringComparison.Ordinal)
            ? $"arn:aws:sts::{SourceAccount}:assumed-role/RdsCrossAccountAccessRole/migplan-account-a"
            : "arn:aws:sts::333333333333:assumed-role/MigrationHostRole/i-1"),
        "DescribeDBInstances" when request.Fields["DBInstanceIdentifier"] == "source-a" => Instance("source-a", SourceAccount, SourcePort, 20, null, Status),
        "DescribeDBInstances" => Instance("shared", "333333333333", TestServers.Target.Port, Storage, StorageLimit, "available"),
        _ => Secret(request.Body.Contains(SourceSecret, StringComparison.Ordinal) ? TestServers.Source : TestServers.Target),
    };

    private static ScriptedAnswer Secret(LocalCluster server) => new(
        200, JsonSerializer.Serialize(new { SecretString = JsonSerializer.Serialize(new { username = LocalCluster.Superuser, password = server.Password }) }));

    private static ScriptedAnswer Instance(string name, string account, int port, int storage, int? limit, string status) =>
        new(200, string.Create(CultureInfo.InvariantCulture, $"""
            <DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances><DBInstance><DBInstanceIdentifier>{name}</DBInstanceIdentifier><DBInstanceArn>arn:aws:rds:us-east-1:{account}:db:{name}</DBInstanceArn>
            <Engine>postgres</Engine><DBInstanceStatus>{status}</DBInstanceStatus><AllocatedStorage>{storage}</AllocatedStorage>
            {(limit is null ? "" : $"<MaxAllocatedStorage>{limit}</MaxAllocatedStorage>")}
            <VpcSecurityGroups><VpcSecurityGroupMembership><VpcSecurityGroupId>sg-0a1b</VpcSecurityGroupId><Status>active</Status></VpcSecurityGroupMembership></VpcSecurityGroups>
            <Endpoint><Address>{LocalCluster.Host}</Address><Port>{port}</Port></Endpoint></DBInstance></DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>
            """));
}
