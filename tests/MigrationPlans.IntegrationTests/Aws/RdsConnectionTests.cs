using System.Net;
using System.Net.Sockets;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>What is said when the way to an RDS instance, or its door, is closed.</summary>
public sealed class RdsConnectionTests
{
    private const string Role = "arn:aws:iam::111111111111:role/RdsCrossAccountAccessRole";
    private const string Resource = "arn:aws:rds-db:us-east-1:111111111111:dbuser:db-ABC/rds_tokened";

    private static readonly RdsFacts Instance = new()
    {
        Instance = "source-a",
        Region = "us-east-1",
        Account = "111111111111",
        AllocatedBytes = 0,
        SecurityGroups = ["sg-1", "sg-2"],
        Principal = Role,
    };

    [Test]
    public async Task A_port_that_nobody_answers_at_names_account_security_groups_and_the_tunnel()
    {
        var found = await RefusalAsync(Resolved("u", MotoServer.FreePort()));
        Assert.That(found.Code, Is.EqualTo("MP3532"));
        Assert.That(found.Message, Does.StartWith("instance `source-a` of account 111111111111 does not answer at 127.0.0.1:"));
        Assert.That(found.Detail, Does.Contain("not publicly accessible"));
        Assert.That(found.Help, Does.Contain("security group sg-1 or sg-2").And.Contain("tunnel"));
    }

    [Test]
    public async Task A_tunnel_that_is_not_open_is_told_as_such()
    {
        var found = await RefusalAsync(Resolved("u", MotoServer.FreePort()) with { Host = "source-a.abc.us-east-1.rds.amazonaws.com" });
        Assert.That(found.Help, Is.EqualTo("open the tunnel, or take `connect` out"));
    }

    [Test]
    public async Task A_server_that_takes_the_connection_and_says_nothing_is_given_up_on()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var found = await RefusalAsync(Resolved("u", ((IPEndPoint)silent.LocalEndpoint).Port));
        Assert.That(found.Code, Is.EqualTo("MP3532"));
    }

    [Test]
    public async Task A_server_that_wants_TLS_is_told_from_a_wrong_password()
    {
        await using var rules = await HbaRules.AddAsync(TestServers.Target, "hostnossl all rds_forced all reject", "rds_forced");
        var found = await RefusalAsync(Resolved("rds_forced", TestServers.Target.Port));
        Assert.That(found.Code, Is.EqualTo("MP3531"));
        Assert.That(found.Message, Does.Contain("28000"));
        Assert.That(found.Help, Does.Contain("verify-full"));
    }

    [Test]
    public async Task A_token_that_is_refused_names_principal_permission_and_grant()
    {
        var resolved = Resolved("rds_tokened", TestServers.Target.Port) with { Rds = Instance with { TokenResource = Resource } };
        var found = await RefusalAsync(resolved);
        Assert.That(found.Code, Is.EqualTo("MP3533"));
        Assert.That(found.Detail, Does.Contain(Role));
        Assert.That(
            found.Help,
            Does.Contain($$"""{"Effect": "Allow", "Action": "rds-db:connect", "Resource": "{{Resource}}"}""").And.Contain("GRANT rds_iam TO rds_tokened"));
        Assert.That($"{found}{found.Detail}{found.Help}", Does.Not.Contain("never-right"));
    }

    [TestCase(true, ExpectedResult = FailureClass.Transient)]
    [TestCase(false, ExpectedResult = FailureClass.Permanent)]
    public async Task<FailureClass> A_secret_that_can_not_be_had_for_a_moment_is_worth_another_try(bool isTransient)
    {
        var throttled = new DiagnosticException(AwsDiagnostics.Throttled("account-a", "secretsmanager:GetSecretValue", "ThrottlingException"))
        {
            IsTransient = isTransient,
        };
        return (await FailureAsync(Resolved("rds_anybody", TestServers.Target.Port) with { Password = _ => throw throttled })).FailureClass;
    }

    private static async Task<Diagnostic> RefusalAsync(ResolvedEndpoint resolved) => (await FailureAsync(resolved)).Diagnostic;

    private static async Task<StepFailedException> FailureAsync(ResolvedEndpoint resolved)
    {
        await using var connector = new PostgresConnector(new FixedResolver(resolved));
        var endpoint = new Endpoint
        {
            Role = EndpointRole.Source,
            Name = "account-a",
            Path = "sources.account-a",
            Credentials = new SecretCredentials("arn"),
            Tls = resolved.Tls,
        };
        return Assert.ThrowsAsync<StepFailedException>(() => connector.OpenAsync(endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None))!;
    }

    private static ResolvedEndpoint Resolved(string user, int port) => new()
    {
        Name = "account-a",
        Host = LocalCluster.Host,
        Address = new NetworkAddress(LocalCluster.Host, port),
        Username = user,
        Password = _ => ValueTask.FromResult<Secret?>(new Secret("never-right")),
        Rds = Instance,
        Tls = new TlsSettings(TlsMode.Disable, null),
    };

    private sealed class FixedResolver(ResolvedEndpoint resolved) : IEndpointResolver
    {
        public Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, CancellationToken cancellationToken) => Task.FromResult(resolved);
    }
}
