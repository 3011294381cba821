using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>What can stand in the way of a run is told by `plan`, and by `apply` before it acts, with who lacks what and the way out.</summary>
public sealed class PreflightTests
{
    private const string Assumed = $"arn:aws:sts::{EndpointsFixture.SourceAccount}:assumed-role/RdsCrossAccountAccessRole/migplan-account-a";
    private const string Host = "arn:aws:sts::333333333333:assumed-role/MigrationHostRole/i-1";

    [TestCase("plan")]
    [TestCase("apply")]
    public async Task A_role_that_may_not_be_assumed(string verb)
    {
        var error = await RefusalAsync(verb, request => request.Action == "AssumeRole" ? ScriptedAnswer.Error(403, "AccessDenied", "no") : null);
        Assert.That(error, Does.Contain("MP3502").And.Contain($"{Host} may not assume {EndpointsFixture.Role}"));
        Assert.That(error, Does.Contain("`sts:AssumeRole`").And.Contain("trust policy").And.Contain("migplan iam"));
    }

    [Test]
    public async Task An_instance_that_may_not_be_described()
    {
        var error = await RefusalAsync(
            "plan",
            request => request.Action == "DescribeDBInstances" && IsSource(request)
                ? ScriptedAnswer.Error(403, "AccessDenied", "because no policy allows it")
                : null);
        Assert.That(error, Does.Contain($"account {EndpointsFixture.SourceAccount} denies rds:DescribeDBInstances to {Assumed}"));
        Assert.That(error, Does.Contain("because no policy allows it"));
        Assert.That(
            error,
            Does.Contain("""{"Effect": "Allow", "Action": "rds:DescribeDBInstances", "Resource": "arn:aws:rds:us-east-1:111111111111:db:source-a"}"""));
    }

    [TestCase("is not authorized to perform: secretsmanager:GetSecretValue")]
    [TestCase("Access to KMS is not allowed")]
    public async Task A_secret_that_may_not_be_read(string reason)
    {
        var error = await RefusalAsync(
            "plan",
            request => request.Action == "GetSecretValue" && IsSource(request) ? ScriptedAnswer.JsonError(400, "AccessDeniedException", reason) : null);
        Assert.That(error, Does.Contain($"account {EndpointsFixture.SourceAccount} denies secretsmanager:GetSecretValue to {Assumed}"));
        Assert.That(error, Does.Contain(reason));
        Assert.That(
            error,
            Does.Contain($$"""{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "{{EndpointsFixture.SourceSecret}}"}"""));
    }

    [Test]
    public async Task A_secret_that_is_not_there()
    {
        var error = await RefusalAsync(
            "plan",
            request => request.Action == "GetSecretValue" && IsSource(request) ? ScriptedAnswer.JsonError(400, "ResourceNotFoundException", "none") : null);
        Assert.That(error, Does.Contain("MP3520").And.Contain(EndpointsFixture.SourceSecret));
    }

    [TestCase("ExpiredToken", "MP3503")]
    [TestCase("Throttling", "MP3505")]
    public async Task Credentials_and_limits(string code, string expected) => Assert.That(
        await RefusalAsync("plan", request => request.Action == "DescribeDBInstances" ? ScriptedAnswer.Error(400, code, "no") : null), Does.Contain(expected));

    [Test]
    public async Task An_answer_that_is_cut_each_time() => Assert.That(
        await RefusalAsync("plan", request => request.Action == "DescribeDBInstances" ? new ScriptedAnswer(200, "") { IsCut = true } : null),
        Does.Contain("MP3504"));

    [Test]
    public async Task An_instance_that_is_still_created()
    {
        using var fixture = await EndpointsFixture.StartAsync();
        fixture.Status = "creating";
        using var plan = await fixture.RunAsync("plan", fixture.Manifest);
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString());
        Assert.That(plan.Error, Does.Contain("MP3512").And.Contain("`creating`").And.Contain("wait until it is `available`"));
    }

    [Test]
    public async Task A_port_that_does_not_answer()
    {
        using var fixture = await EndpointsFixture.StartAsync();
        fixture.SourcePort = MotoServer.FreePort();
        using var plan = await fixture.RunAsync("plan", fixture.Manifest);
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString());
        Assert.That(
            plan.Error,
            Does.Contain("MP3532").And.Contain("`source-a` of account 111111111111").And.Contain("security group sg-0a1b").And.Contain("tunnel"));
    }

    [Test]
    public async Task A_login_that_is_refused()
    {
        var error = await RefusalAsync("plan", request => request.Action == "GetSecretValue" && IsSource(request)
            ? new ScriptedAnswer(200, """{"SecretString": "{\"username\": \"nobody\", \"password\": \"wr0ng-0ne\"}"}""")
            : null);
        Assert.That(error, Does.Contain("MP3004").And.Contain("nobody").And.Not.Contain("wr0ng-0ne"));
    }

    [Test]
    public async Task Storage_that_is_too_small_stops_plan_and_apply_and_more_of_it_lets_them_go_on()
    {
        using var fixture = await EndpointsFixture.StartAsync();
        await using var big = await SparseDatabase.CreateAsync(TestServers.Target, "preflight_big");
        fixture.Storage = 1;
        foreach (var verb in new[] { "plan", "apply" })
        {
            using var refused = await fixture.RunAsync([verb, fixture.Manifest, .. verb == "apply" ? ["--auto-approve"] : (string[])[]]);
            Assert.That(refused.ExitCode, Is.EqualTo(1), refused.ToString());
            Assert.That(
                refused.Error,
                Does.Contain("MP4061").And.Contain("instance `shared` has 1 GiB, and needs").And.Contain($"`shared/{EndpointsFixture.Database}`"));
        }

        Assert.That(
            await Sql.ScalarAsync<long>(TestServers.Target, "postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{EndpointsFixture.Database}'"),
            Is.Zero);

        fixture.StorageLimit = 50;
        using var warned = await fixture.RunAsync("plan", fixture.Manifest);
        Assert.That(warned.ExitCode, Is.Zero, warned.ToString());
        Assert.That(warned.Error, Does.Contain("MP4062").And.Contain("autoscaling up to 50 GiB"));

        fixture.Storage = 100;
        using var applied = await fixture.RunAsync("apply", fixture.Manifest, "--auto-approve");
        Assert.That(applied.ExitCode, Is.Zero, applied.ToString());
        Assert.That(applied.Error, Does.Not.Contain("MP406"));
    }

    private static async Task<string> RefusalAsync(string verb, Func<ScriptedRequest, ScriptedAnswer?> turn)
    {
        using var fixture = await EndpointsFixture.StartAsync(turn);
        using var run = await fixture.RunAsync([verb, fixture.Manifest, .. verb == "apply" ? ["--auto-approve"] : (string[])[]]);
        Assert.That(run.ExitCode, Is.EqualTo(1), run.ToString());
        Assert.That(
            await Sql.ScalarAsync<long>(TestServers.Target, "postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{EndpointsFixture.Database}'"),
            Is.Zero);
        return run.Error;
    }

    private static bool IsSource(ScriptedRequest request) => request.Scope.StartsWith("ASIAROLE", StringComparison.Ordinal);
}
