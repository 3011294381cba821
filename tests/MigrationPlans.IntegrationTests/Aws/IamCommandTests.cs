using System.Text.Json;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>The verb as users call it.</summary>
public sealed class IamCommandTests
{
    private const string Manifest =
        """
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata: { name: iam }
        sources:
          account-a:
            rds: { instance: source-a, region: us-east-1, roleArn: "arn:aws:iam::111111111111:role/Reader" }
            credentials: { secretArn: "arn:aws:secretsmanager:us-east-1:111111111111:secret:source-a-AbCdEf" }
        targets:
          nonprod:
            rds: { instance: shared, region: us-east-1 }
            credentials: { managedSecret: true }
        databases:
          - { from: account-a/app, to: nonprod/app_a }
        """;

    private string file = null!;

    [SetUp]
    public async Task WriteAsync()
    {
        file = Path.Combine(Path.GetTempPath(), $"migplan-iam-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, Manifest);
    }

    [TearDown]
    public void Delete() => File.Delete(file);

    [Test]
    public async Task Policies_go_to_standard_output_and_the_hint_to_standard_error()
    {
        using var migplan = await MigplanProcess.RunAsync(["iam", file]);
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString());
        using var document = JsonDocument.Parse(migplan.Output);
        Assert.That(document.RootElement.GetProperty("policies").GetArrayLength(), Is.EqualTo(2));
        Assert.That(migplan.Error, Does.Contain("--principal"));
    }

    [Test]
    public async Task Terraform_names_the_principal_that_is_given()
    {
        using var migplan = await MigplanProcess.RunAsync(["iam", file, "--format", "terraform", "--principal", "arn:aws:iam::333333333333:role/Runner"]);
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString());
        Assert.That(migplan.Output, Does.Contain("arn:aws:iam::333333333333:role/Runner").And.Contain("role   = \"Runner\""));
        Assert.That(migplan.Error.Trim(), Is.Empty);
    }
}
