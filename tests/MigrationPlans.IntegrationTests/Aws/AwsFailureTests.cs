using Amazon.Runtime;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>What AWS does on a bad day, and what we say about it.</summary>
public sealed class AwsFailureTests
{
    private const string Role = "arn:aws:iam::111111111111:role/RdsCrossAccountAccessRole";
    private const string Host = "arn:aws:sts::333333333333:assumed-role/MigrationHostRole/i-1";
    private const string Assumed = "arn:aws:sts::111111111111:assumed-role/RdsCrossAccountAccessRole/migplan-account-a";
    private const string Secret = "arn:aws:secretsmanager:us-east-1:111111111111:secret:a-AbCdEf";

    [Test]
    public void A_denied_call_names_account_principal_action_and_the_statement_to_add()
    {
        var found = Refusal(request => request.Action switch
        {
            "DescribeDBInstances" => ScriptedAnswer.Error(403, "AccessDenied", "no"),
            _ => ScriptedAnswer.Identity(Host),
        });
        Assert.That(found.Code, Is.EqualTo("MP3501"));
        Assert.That(found.Message, Is.EqualTo($"account 333333333333 denies rds:DescribeDBInstances to {Host}"));
        Assert.That(
            found.Help,
            Does.Contain("""{"Effect": "Allow", "Action": "rds:DescribeDBInstances", "Resource": "arn:aws:rds:us-east-1:333333333333:db:source-a"}"""));
    }

    [Test]
    public void A_missing_instance_is_told_also_where_the_others_may_not_be_listed()
    {
        var found = Refusal(request => request switch
        {
            { Action: "GetCallerIdentity" } => ScriptedAnswer.Identity(Host),
            _ when request.Fields.ContainsKey("DBInstanceIdentifier") => ScriptedAnswer.Error(404, "DBInstanceNotFound", "none"),
            _ => ScriptedAnswer.Error(403, "AccessDenied", "no"),
        });
        Assert.That(found.Code, Is.EqualTo("MP3510"));
    }

    [Test]
    public void A_denied_secret_names_the_secret()
    {
        var found = Refusal(Answer(request => ScriptedAnswer.JsonError(400, "AccessDeniedException", "no")), role: Role);
        Assert.That(found.Code, Is.EqualTo("MP3501"));
        Assert.That(found.Message, Is.EqualTo($"account 111111111111 denies secretsmanager:GetSecretValue to {Assumed}"));
        Assert.That(found.Help, Does.Contain(Secret));
    }

    [Test]
    public void A_role_that_may_not_be_assumed_names_both_sides()
    {
        var found = Refusal(
            request => request.Action == "AssumeRole" ? ScriptedAnswer.Error(403, "AccessDenied", "no") : ScriptedAnswer.Identity(Host), role: Role);
        Assert.That(found.Code, Is.EqualTo("MP3502"));
        Assert.That(found.Message, Is.EqualTo($"{Host} may not assume {Role}"));
        Assert.That($"{found.Detail} {found.Help}", Does.Contain("external id").And.Not.Contain("ext-secretish"));
    }

    [Test]
    public void Expired_credentials_are_told()
    {
        var found = Refusal(_ => ScriptedAnswer.Error(403, "ExpiredToken", "expired"));
        Assert.That(found.Code, Is.EqualTo("MP3503"));
    }

    [Test]
    public async Task A_throttled_call_is_tried_again()
    {
        var calls = 0;
        using var aws = new ScriptedAws(_ => Interlocked.Increment(ref calls) < 3
            ? ScriptedAnswer.Error(400, "Throttling", "slow down")
            : ScriptedAnswer.Instances(null, "a"));
        using var environment = new AwsEnvironment(aws.Address);
        using var session = Session();
        var instances = await RdsInstances.ListAsync(session.Open(new AwsAccess("a", "us-east-1", null, null)), CancellationToken.None);
        Assert.That(instances, Has.Count.EqualTo(1));
        Assert.That(aws.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public void Throttling_without_end_is_told() =>
        Assert.That(Refusal(_ => ScriptedAnswer.Error(400, "Throttling", "slow down")).Code, Is.EqualTo("MP3505"));

    [Test]
    public void An_answer_that_never_comes_is_told()
    {
        var found = Refusal(_ => ScriptedAnswer.Instances(null) with { Delay = TimeSpan.FromSeconds(20) }, attempts: "1");
        Assert.That(found.Code, Is.EqualTo("MP3504"));
        Assert.That(found.Message, Is.EqualTo("rds:DescribeDBInstances for `account-a` in us-east-1 got no answer: it took too long"));
    }

    [Test]
    public void A_cut_connection_is_told()
    {
        using var aws = new CuttingServer();
        using var environment = new AwsEnvironment(aws.Address, "2");
        using var session = Session();
        var account = session.Open(new AwsAccess("account-a", "us-east-1", null, null));
        var failure = Assert.ThrowsAsync<DiagnosticException>(() => RdsInstances.ListAsync(account, CancellationToken.None))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP3504"), failure.ToString());
    }

    [Test]
    public void An_endpoint_that_nobody_listens_at_is_told()
    {
        using var environment = new AwsEnvironment(new Uri($"http://127.0.0.1:{MotoServer.FreePort()}"), "1");
        using var session = Session();
        var account = session.Open(new AwsAccess("account-a", "us-east-1", null, null));
        var failure = Assert.ThrowsAsync<DiagnosticException>(() => RdsInstances.ListAsync(account, CancellationToken.None))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP3504"), failure.ToString());
    }

    [Test]
    public void A_proxys_error_page_is_told()
    {
        var found = Refusal(_ => new ScriptedAnswer(503, "<html><body>Bad gateway<br></body>"));
        Assert.That(found.Code, Is.EqualTo("MP3506"));
        Assert.That(found.Message, Does.Contain("HTTP 503"));
    }

    [Test]
    public void An_answer_that_is_not_XML_is_told() =>
        Assert.That(Refusal(_ => new ScriptedAnswer(200, "hello"), attempts: "1").Code, Is.EqualTo("MP3506"));

    [Test]
    public void A_secret_in_a_broken_answer_is_in_no_text()
    {
        var failure = Failure(Answer(_ => new ScriptedAnswer(200, """{"SecretString": "br0ken-secret" """)), Role, "1");
        Assert.That(failure.ToString(), Does.Not.Contain("br0ken-secret").And.Not.Contain("t0ken-never-shown").And.Not.Contain(AwsEnvironment.SecretKey));
    }

    [Test]
    public async Task Many_callers_assume_the_role_once_with_external_id_and_a_telling_name()
    {
        using var aws = new ScriptedAws(Answer(_ => new ScriptedAnswer(200, "{}")));
        using var environment = new AwsEnvironment(aws.Address);
        using var session = Session();
        var account = session.Open(new AwsAccess("account a", "us-east-1", Role, "ext-1"));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => RdsInstances.ListAsync(account, CancellationToken.None)));
        Assert.That(aws.Count("AssumeRole"), Is.EqualTo(1));
        var assume = aws.Requests.First(request => request.Action == "AssumeRole");
        Assert.That(assume.Fields["RoleSessionName"], Is.EqualTo("migplan-account-a"));
        Assert.That(assume.Fields["ExternalId"], Is.EqualTo("ext-1"));
        Assert.That(assume.Scope, Does.StartWith("AKIAOWNOWNOWNOWNOWN1/").And.EndWith("/us-east-1/sts/aws4_request"));
        var describe = aws.Requests.First(request => request.Action == "DescribeDBInstances");
        Assert.That(describe.Scope, Does.StartWith("ASIAROLE/").And.EndWith("/us-east-1/rds/aws4_request"));
    }

    [Test]
    public async Task A_role_is_assumed_anew_before_its_credentials_expire()
    {
        var roles = 0;
        using var aws = new ScriptedAws(request => request.Action == "AssumeRole"
            ? ScriptedAnswer.Role($"ASIA{Interlocked.Increment(ref roles)}", DateTimeOffset.UtcNow.AddMinutes(roles == 1 ? 4 : 60))
            : ScriptedAnswer.Instances(null, "a"));
        using var environment = new AwsEnvironment(aws.Address);
        using var session = Session();
        var account = session.Open(new AwsAccess("a", "us-east-1", Role, null));

        // The SDK takes new credentials in the background while the old ones are still good for a few minutes.
        for (var calls = 0; calls < 100 && !aws.Requests.Any(request => request.Scope.StartsWith("ASIA2/", StringComparison.Ordinal)); calls++)
        {
            await RdsInstances.ListAsync(account, CancellationToken.None);
            await Task.Delay(20);
        }

        Assert.That(aws.Requests.Last().Scope, Does.StartWith("ASIA2/"));
        Assert.That(aws.Count("AssumeRole"), Is.EqualTo(2));
    }

    [Test]
    public async Task Instances_are_listed_page_by_page()
    {
        using var aws = new ScriptedAws(request => request.Fields.GetValueOrDefault("Marker") switch
        {
            null => ScriptedAnswer.Instances("m1", "a", "b"),
            "m1" => ScriptedAnswer.Instances("m2", "c"),
            _ => ScriptedAnswer.Instances(null, "d"),
        });
        using var environment = new AwsEnvironment(aws.Address);
        using var session = Session();
        var instances = await RdsInstances.ListAsync(session.Open(new AwsAccess("a", "eu-west-1", null, null)), CancellationToken.None);
        Assert.That(instances.Select(instance => instance.DBInstanceIdentifier), Is.EqualTo(new[] { "a", "b", "c", "d" }));
    }

    /// <summary>As the SDK wraps them: an answer of the SSO service, and a network on which it could not be asked.</summary>
    [Test]
    public void A_failed_refresh_of_an_SSO_session_passes_only_where_the_network_was_to_blame()
    {
        var call = new AwsCall(new AwsAccess("account-a", "us-east-1", null, null), "rds:DescribeDBInstances", "*", null);
        var refused = AwsFailure.Translate(
            new AmazonClientException("SSO Token has expired and failed to refresh", new AmazonServiceException("no") { ErrorCode = "InvalidGrantException" }),
            call);
        Assert.That((refused.Diagnostic.Code, refused.IsTransient), Is.EqualTo(("MP3500", false)));
        Assert.That(refused.Diagnostic.Detail, Is.EqualTo("SSO Token has expired and failed to refresh"));
        var cut = AwsFailure.Translate(
            new AmazonClientException("SSO Token has expired and failed to refresh", new HttpRequestException("no route to host")),
            call);
        Assert.That((cut.Diagnostic.Code, cut.IsTransient), Is.EqualTo(("MP3504", true)));
    }

    [Test]
    public void A_cancelled_wait_is_a_cancellation_and_not_a_finding()
    {
        using var cancelled = new CancellationTokenSource();
        using var aws = new ScriptedAws(_ =>
        {
            cancelled.Cancel();
            return ScriptedAnswer.Instances(null) with { Delay = TimeSpan.FromSeconds(20) };
        });
        using var environment = new AwsEnvironment(aws.Address);
        using var session = Session();
        Assert.That(
            () => RdsInstances.ListAsync(session.Open(new AwsAccess("a", "us-east-1", null, null)), cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>The role and the instance are there; the test says what Secrets Manager answers.</summary>
    private static Func<ScriptedRequest, ScriptedAnswer> Answer(Func<ScriptedRequest, ScriptedAnswer> secret) => request => request.Action switch
    {
        "AssumeRole" => ScriptedAnswer.Role("ASIAROLE", DateTimeOffset.UtcNow.AddHours(1)),
        "GetCallerIdentity" => ScriptedAnswer.Identity(Assumed),
        "DescribeDBInstances" => ScriptedAnswer.Instances(null, "source-a"),
        _ => secret(request),
    };

    private static Diagnostic Refusal(Func<ScriptedRequest, ScriptedAnswer> script, string? role = null, string attempts = "2") =>
        Failure(script, role, attempts).Diagnostic;

    private static DiagnosticException Failure(Func<ScriptedRequest, ScriptedAnswer> script, string? role, string attempts)
    {
        using var aws = new ScriptedAws(script);
        using var environment = new AwsEnvironment(aws.Address, attempts);
        using var session = Session();
        IEndpointResolver resolver = new AwsEndpointResolver("/nowhere", session, TimeProvider.System);
        var endpoint = new Endpoint
        {
            Name = "account-a",
            Role = EndpointRole.Source,
            Path = "sources.account-a",
            Rds = new RdsInstance { Instance = "source-a", Region = "us-east-1", RoleArn = role, ExternalId = role is null ? null : "ext-secretish" },
            Credentials = new SecretCredentials(Secret),
            Tls = new TlsSettings(TlsMode.VerifyFull, null),
        };
        return Assert.ThrowsAsync<DiagnosticException>(() => resolver.ResolveAsync(endpoint, CancellationToken.None))!;
    }

    private static AwsSession Session() => new(new AwsTimeouts(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)));
}
