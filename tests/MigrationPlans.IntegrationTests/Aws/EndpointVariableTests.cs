using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>A variable that sends calls to no place at all is named: nothing else would tell the user where that comes from.</summary>
public sealed class EndpointVariableTests
{
    private const string Manifest =
        """
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata: { name: astray }
        sources:
          s:
            rds: { instance: source-a, region: us-east-1 }
            credentials: { username: u, password: { env: P } }
        targets:
          t:
            postgres: { host: 127.0.0.1, port: 1 }
            credentials: { secretArn: "arn:aws:secretsmanager:us-east-1:111111111111:secret:t-AbCdEf" }
        databases:
          - { from: s/app, to: t/app }
        """;

    private string directory = null!;

    [SetUp]
    public async Task WriteAsync()
    {
        directory = Directory.CreateTempSubdirectory("migplan-astray-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "m.yaml"), Manifest);
        await File.WriteAllTextAsync(Path.Combine(directory, "config"), "[profile astray]\nendpoint_url = elsewhere\n");
    }

    [TearDown]
    public void Delete() => Directory.Delete(directory, recursive: true);

    [TestCase("AWS_ENDPOINT_URL", "nonsense")]
    [TestCase("AWS_ENDPOINT_URL_STS", "::")]
    [TestCase("AWS_ENDPOINT_URL_SECRETS_MANAGER", "x")]
    [TestCase("AWS_ENDPOINT_URL_RDS", "ftp://x")]
    [TestCase("AWS_ENDPOINT_URL_S3", "/tmp", "--state", "s3://bucket/prefix")]
    public async Task It_is_told(string variable, string value, params string[] options)
    {
        var error = await PlanAsync(options, ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), (variable, value));
        Assert.That(error, Does.Contain($"error[MP3640]: {variable} is `{value}`, which is no address").And.Contain("http://"));
    }

    [Test]
    public async Task A_password_in_it_is_not()
    {
        var error = await PlanAsync([], ("AWS_ENDPOINT_URL", "ftp://u:LeakSecret@x"));
        Assert.That(error, Does.Contain("error[MP3640]: AWS_ENDPOINT_URL is `").And.Not.Contain("LeakSecret"));
    }

    [Test]
    public async Task So_is_a_profile_that_does_it()
    {
        var error = await PlanAsync([], ("AWS_CONFIG_FILE", Path.Combine(directory, "config")), ("AWS_PROFILE", "astray"));
        Assert.That(error, Does.Contain("error[MP3640]: `endpoint_url` of the AWS profile is no address"));
    }

    private async Task<string> PlanAsync(string[] options, params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIAOWNOWNOWNOWNOWN1",
            ["AWS_SECRET_ACCESS_KEY"] = AwsEnvironment.SecretKey,
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_MAX_ATTEMPTS"] = "1",
            ["P"] = "secret",
        };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        using var plan = await MigplanProcess.RunAsync(["plan", Path.Combine(directory, "m.yaml"), .. options], environment);
        Assert.That(plan.ExitCode, Is.EqualTo(1), plan.ToString());
        Assert.That(plan.Error, Does.Not.Contain("MP9105"));
        return plan.Error;
    }
}
