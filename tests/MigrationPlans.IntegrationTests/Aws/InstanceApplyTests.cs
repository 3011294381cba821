using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>The second document's move of whole instances to another region, by the real binary.</summary>
public sealed class InstanceApplyTests
{
    private const string From = "eu-central-1";
    private const string To = "eu-west-1";

    private MotoServer server = null!;
    private MotoAccount account = null!;
    private string directory = null!;
    private string manifest = null!;

    [SetUp]
    public async Task StartAsync()
    {
        directory = Directory.CreateTempSubdirectory("migplan-move-").FullName;
        manifest = Path.Combine(directory, "manifest.yaml");
        server = await MotoServer.StartAsync();
        account = await MotoAccount.OpenAsync(server);
        await account.CreateInstanceAsync(From, "env-shop");
        await account.CreateInstanceAsync(From, "env-desk");
        await account.CreateInstanceAsync(From, "env-dev-try");
        var key = await account.CreateKeyAsync(To);
        await File.WriteAllTextAsync(manifest, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: to-ireland }
            instances:
              - from: { region: {{From}}, match: { engine: postgres, identifiers: ["env-*"], exclude: ["env-dev-*"] } }
                to: { region: {{To}}, identifier: "{identifier}-migrated", kmsKeyId: "{{key}}" }
            """);
    }

    [TearDown]
    public void Stop()
    {
        account.Dispose();
        server.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task Apply_moves_every_picked_instance_a_second_one_does_nothing_and_a_rollback_deletes_what_is_ours()
    {
        using var plan = await RunAsync("plan", manifest, "--format", "markdown");
        Assert.That(plan.Output, Does.Contain("2 instances to move").And.Contain("env-shop-migrated").And.Not.Contain("env-dev-try"), plan.ToString());

        using var first = await RunAsync("apply", manifest, "--auto-approve");
        Assert.That(first.ExitCode, Is.Zero, first.ToString());
        Assert.That(await NamesAsync("DescribeDBInstances", "DBInstanceIdentifier"), Is.EquivalentTo(new[] { "env-desk-migrated", "env-shop-migrated" }));

        using var second = await RunAsync("apply", manifest, "--auto-approve");
        Assert.That(second.ExitCode, Is.Zero, second.ToString());
        Assert.That(second.Output, Does.Contain("nothing to do, all 2 instances done already"));

        using var rollback = await RunAsync("rollback", manifest, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(await NamesAsync("DescribeDBInstances", "DBInstanceIdentifier"), Is.Empty);
        Assert.That(await NamesAsync("DescribeDBSnapshots", "DBSnapshotIdentifier"), Has.None.StartsWith("migplan-"));
        Assert.That(await NamesAsync("DescribeDBInstances", "DBInstanceIdentifier", From), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task A_new_identifier_that_is_taken_is_told_before_anything_is_begun()
    {
        await account.CreateInstanceAsync(To, "env-desk-migrated");
        using var apply = await RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        Assert.That(apply.Error, Does.Contain("MP3608"));
        Assert.That(await NamesAsync("DescribeDBSnapshots", "DBSnapshotIdentifier", From), Has.None.StartsWith("migplan-"));
    }

    private async Task<string[]> NamesAsync(string action, string element, string region = To)
    {
        var answer = await account.RdsAsync(region, new() { ["Action"] = action });
        return [.. answer.Descendants().Where(found => found.Name.LocalName == element).Select(found => found.Value).Distinct(StringComparer.Ordinal)];
    }

    private async Task<MigplanProcess> RunAsync(params string[] arguments)
    {
        var migplan = Start(arguments);
        await migplan.WaitAsync();
        return migplan;
    }

    private MigplanProcess Start(params string[] arguments) => MigplanProcess.Start(arguments, new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = server.Address.ToString(),
        ["AWS_ACCESS_KEY_ID"] = "AKIAOWNOWNOWNOWNOWN1",
        ["AWS_SECRET_ACCESS_KEY"] = AwsEnvironment.SecretKey,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    });
}
