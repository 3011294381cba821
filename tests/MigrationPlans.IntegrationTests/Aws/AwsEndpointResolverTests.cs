using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Endpoints of two accounts, found through an emulator of AWS.</summary>
public sealed class AwsEndpointResolverTests
{
    private const string Region = "us-east-1";
    private const string AccountA = "111111111111";
    private const string RoleA = $"arn:aws:iam::{AccountA}:role/RdsCrossAccountAccessRole";

    private MotoServer server = null!;
    private AwsEnvironment environment = null!;
    private MotoAccount own = null!;
    private MotoAccount accountA = null!;
    private AwsSession session = null!;
    private string secretA = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        server = await MotoServer.StartAsync();
        environment = new AwsEnvironment(server.Address);
        own = await MotoAccount.OpenAsync(server);
        accountA = await MotoAccount.OpenAsync(server, AccountA);
        await accountA.CreateInstanceAsync(Region, "source-a");
        secretA = await accountA.CreateSecretAsync(Region, "source-a", """{"username":"app","password":"pa55-of-a","engine":"postgres"}""");
        await own.CreateInstanceAsync(Region, "shared", new() { ["EnableIAMDatabaseAuthentication"] = "true", ["ManageMasterUserPassword"] = "true" });
        await own.CreateInstanceAsync(Region, "mysql", new() { ["Engine"] = "mysql", ["EngineVersion"] = "8.0.35" });
        await own.CreateInstanceAsync(Region, "stopped");
        await own.RdsAsync(Region, new() { ["Action"] = "StopDBInstance", ["DBInstanceIdentifier"] = "stopped" });
    }

    [OneTimeTearDown]
    public void Stop()
    {
        accountA.Dispose();
        own.Dispose();
        environment.Dispose();
        server.Dispose();
    }

    [SetUp]
    public void Open() => session = new AwsSession();

    [TearDown]
    public void Close() => session.Dispose();

    [Test]
    public async Task An_instance_of_another_account_is_found_with_the_assumed_role_and_its_secret_read()
    {
        var found = await ResolveAsync(Rds("source-a", new SecretCredentials(secretA), RoleA));
        Assert.That(found.Host, Does.Contain("source-a"));
        Assert.That(found.Address, Is.EqualTo(new NetworkAddress(found.Host, 5432)));
        Assert.That(found.Username, Is.EqualTo("app"));
        Assert.That((await found.Password(CancellationToken.None))!.Reveal(), Is.EqualTo("pa55-of-a"));
    }

    [Test]
    public async Task A_tunnel_changes_the_address_but_not_the_name_that_TLS_checks()
    {
        var tunnel = new NetworkAddress("127.0.0.1", 15432);
        var found = await ResolveAsync(Rds("source-a", new SecretCredentials(secretA), RoleA) with { Connect = tunnel });
        Assert.That(found.Address, Is.EqualTo(tunnel));
        Assert.That(found.Host, Does.Contain("source-a"));
    }

    [Test]
    public async Task A_rotated_secret_is_seen_at_once_after_the_server_refused_the_old_one()
    {
        var arn = await accountA.CreateSecretAsync(Region, "rotating", """{"username":"app","password":"old"}""");
        var found = await ResolveAsync(Rds("source-a", new SecretCredentials(arn), RoleA));
        Assert.That((await found.Password(CancellationToken.None))!.Reveal(), Is.EqualTo("old"));
        await accountA.UpdateSecretAsync(Region, arn, """{"username":"app","password":"new"}""");
        found.PasswordRefused!();
        Assert.That((await found.Password(CancellationToken.None))!.Reveal(), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_secret_that_rotates_to_another_user_is_told()
    {
        var arn = await accountA.CreateSecretAsync(Region, "alternating", """{"username":"app","password":"old"}""");
        var found = await ResolveAsync(Rds("source-a", new SecretCredentials(arn), RoleA));
        await accountA.UpdateSecretAsync(Region, arn, """{"username":"app_clone","password":"hidden-pw"}""");
        found.PasswordRefused!();
        var failure = Assert.ThrowsAsync<DiagnosticException>(async () => await found.Password(CancellationToken.None))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP3522"));
        Assert.That(failure.ToString(), Does.Not.Contain("hidden-pw"));
    }

    [Test]
    public async Task The_managed_secret_is_the_instances_own()
    {
        var found = await ResolveAsync(Rds("shared", new ManagedSecretCredentials()));

        // The emulator writes this user into every managed secret.
        Assert.That(found.Username, Is.EqualTo("admin"));
        Assert.That(await found.Password(CancellationToken.None), Is.Not.Null);
    }

    [Test]
    public async Task An_IAM_token_is_made_for_the_instances_own_name_even_through_a_tunnel()
    {
        var endpoint = Rds("shared", new IamCredentials("deploy user")) with { Connect = new NetworkAddress("127.0.0.1", 1) };
        var found = await ResolveAsync(endpoint);
        var token = (await found.Password(CancellationToken.None))!.Reveal();
        Assert.That(token, Does.StartWith($"{found.Host}:5432/?").And.Contain("DBUser=deploy%20user").And.Contain("X-Amz-Expires=900"));
        Assert.That(token, Does.Contain("rds-db%2Faws4_request"));
        Assert.That(token, Does.Not.Contain("https"));
    }

    [Test]
    public async Task A_plain_server_takes_its_password_from_a_secret_too()
    {
        var arn = await own.CreateSecretAsync(Region, "bare", "just a password");
        var endpoint = Plain(new PasswordCredentials("migrator", new PasswordReference { SecretArn = arn }));
        var found = await ResolveAsync(endpoint);
        Assert.That((await found.Password(CancellationToken.None))!.Reveal(), Is.EqualTo("just a password"));
        Assert.That(found.Address, Is.EqualTo(new NetworkAddress("legacy.internal", 5433)));
    }

    [Test]
    public async Task A_plain_server_without_secrets_never_asks_AWS()
    {
        using var nowhere = new AwsEnvironment(new Uri("http://127.0.0.1:9"));
        nowhere.Set("AWS_ACCESS_KEY_ID", null);
        nowhere.Set("MIGPLAN_TEST_PASSWORD", "from-the-environment");
        var found = await ResolveAsync(Plain(new PasswordCredentials("migrator", new PasswordReference { Env = "MIGPLAN_TEST_PASSWORD" })));
        Assert.That((await found.Password(CancellationToken.None))!.Reveal(), Is.EqualTo("from-the-environment"));
    }

    [Test]
    public void A_missing_instance_names_account_region_and_what_is_there()
    {
        var found = Refusal(Rds("source-b", new SecretCredentials(secretA), RoleA));
        Assert.That(found.Code, Is.EqualTo("MP3510"));
        Assert.That(found.Message, Is.EqualTo($"account {AccountA} has no RDS instance `source-b` in us-east-1"));
        Assert.That(found.Detail, Is.EqualTo("there are source-a"));
    }

    [Test]
    public void Another_engine_is_refused() => Assert.That(Refusal(Rds("mysql", new ManagedSecretCredentials())).Code, Is.EqualTo("MP3511"));

    [Test]
    public void A_stopped_instance_is_refused_with_the_command_that_starts_it()
    {
        var found = Refusal(Rds("stopped", new ManagedSecretCredentials()));
        Assert.That(found.Code, Is.EqualTo("MP3512"));
        Assert.That(found.Help, Does.Contain("start-db-instance"));
    }

    [Test]
    public void An_instance_without_a_managed_secret_is_told() =>
        Assert.That(Refusal(Rds("source-a", new ManagedSecretCredentials(), RoleA)).Code, Is.EqualTo("MP3513"));

    [Test]
    public void An_instance_without_IAM_authentication_is_told() =>
        Assert.That(Refusal(Rds("source-a", new IamCredentials("x"), RoleA)).Code, Is.EqualTo("MP3514"));

    [Test]
    public void IAM_authentication_without_TLS_is_refused() => Assert.That(
        Refusal(Rds("shared", new IamCredentials("x")) with { Tls = new TlsSettings(TlsMode.Prefer, null) }).Code, Is.EqualTo("MP3515"));

    [Test]
    public void A_missing_secret_is_told()
    {
        var found = Refusal(Rds("source-a", new SecretCredentials($"arn:aws:secretsmanager:us-east-1:{AccountA}:secret:gone-AbCdEf"), RoleA));
        Assert.That(found.Code, Is.EqualTo("MP3520"));
    }

    [TestCase("half", """{"password":"half-hidden"}""")]
    [TestCase("zero", """{"username":"a\u0000b","password":"half-hidden"}""")]
    public async Task A_secret_without_a_user_is_told_without_its_text(string name, string text)
    {
        var arn = await accountA.CreateSecretAsync(Region, name, text);
        var found = Refusal(Rds("source-a", new SecretCredentials(arn), RoleA));
        Assert.That(found.Code, Is.EqualTo("MP3521"));
        Assert.That($"{found}{found.Detail}{found.Help}", Does.Not.Contain("half-hidden"));
    }

    [Test]
    public void A_missing_root_certificate_says_where_to_get_it()
    {
        var found = Refusal(Rds("shared", new ManagedSecretCredentials()) with { Tls = new TlsSettings(TlsMode.VerifyFull, "nowhere.pem") });
        Assert.That(found.Code, Is.EqualTo("MP3530"));
        Assert.That(found.Help, Does.Contain("truststore.pki.rds.amazonaws.com"));
    }

    private Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint) =>
        new AwsEndpointResolver("/nowhere", session, TimeProvider.System).ResolveAsync(endpoint, CancellationToken.None);

    private Diagnostic Refusal(Endpoint endpoint) => Assert.ThrowsAsync<DiagnosticException>(() => ResolveAsync(endpoint))!.Diagnostic;

    private static Endpoint Rds(string instance, Credentials credentials, string? role = null) => new()
    {
        Name = "account-a",
        Role = EndpointRole.Source,
        Path = "sources.account-a",
        Rds = new RdsInstance { Instance = instance, Region = Region, RoleArn = role, ExternalId = role is null ? null : "ext-1" },
        Credentials = credentials,
        Tls = new TlsSettings(TlsMode.VerifyFull, null),
    };

    private static Endpoint Plain(Credentials credentials) => new()
    {
        Name = "legacy",
        Role = EndpointRole.Source,
        Path = "sources.legacy",
        Postgres = new PostgresServer("legacy.internal", 5433),
        Credentials = credentials,
        Tls = new TlsSettings(TlsMode.Prefer, null),
    };
}
