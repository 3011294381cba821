using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>The example's move of whole instances to another region, by the real binary.</summary>
public sealed class InstanceApplyTests
{
    private const string From = "eu-central-1";
    private const string To = "eu-west-1";

    /// <summary>The key that the example names; a reader puts their own in its place, and so does this test.</summary>
    private const string ExampleKey = "18d4c02d-89df-4690-82a1-f2a61b0e9ccb";

    private static readonly string[] Moved = ["env-desk-migrated", "env-shop-migrated"];

    private MotoServer server = null!;
    private MotoAccount account = null!;
    private string directory = null!;
    private string manifest = null!;
    private string key = null!;

    [SetUp]
    public async Task StartAsync()
    {
        directory = Directory.CreateTempSubdirectory("migplan-move-").FullName;
        manifest = Path.Combine(directory, "manifest.yaml");
        server = await MotoServer.StartAsync();
        account = await MotoAccount.OpenAsync(server);
        await account.CreateInstanceAsync(From, "env-shop", new() { ["StorageEncrypted"] = "true" });
        await account.CreateInstanceAsync(From, "env-desk");
        await account.CreateInstanceAsync(From, "env-dev-msv1");
        await account.CreateInstanceAsync(From, "env-wiki", new() { ["Engine"] = "mysql", ["EngineVersion"] = "8.0.35" });
        await account.CreateSubnetGroupAsync(To, "multiregion-dev-vpc-blue");
        key = await account.CreateKeyAsync(To);
        var example = await File.ReadAllTextAsync(Repository.PathOf("examples", "snapshot-copy", "manifest.yaml"));
        Assert.That(example, Does.Contain(ExampleKey));
        await File.WriteAllTextAsync(manifest, example.Replace(ExampleKey, key.Split('/')[^1], StringComparison.Ordinal));
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
        Assert.That(plan.Output, Does.Contain("2 instances to move").And.Contain("env-shop-migrated").And.Not.Contain("env-dev-msv1"), plan.ToString());

        using var first = await RunAsync("apply", manifest, "--auto-approve");
        Assert.That(first.ExitCode, Is.Zero, first.ToString());
        Assert.That(await NamesAsync("DescribeDBInstances", "DBInstanceIdentifier"), Is.EquivalentTo(Moved));
        Assert.That(await NamesAsync("DescribeDBInstances", "StorageEncrypted"), Is.EqualTo(new[] { "true" }));
        Assert.That(await NamesAsync("DescribeDBInstances", "KmsKeyId"), Is.EqualTo(new[] { key }));
        Assert.That(await NamesAsync("DescribeDBInstances", "DBSubnetGroupName"), Is.EqualTo(new[] { "multiregion-dev-vpc-blue" }));
        Assert.That(await NamesAsync("DescribeDBInstances", "VpcSecurityGroupId"), Is.EqualTo(new[] { "sg-0fea3798bf54e9fe6" }));

        // The stages and the whole, as the script that this takes the place of printed them.
        foreach (var stage in new[] { "create-snapshot", "copy-snapshot", "restore-instance", "verify-instance" })
        {
            Assert.That(first.Output, Does.Match($@"{stage} +done in [0-9.]+ s  "), first.ToString());
        }

        Assert.That(
            first.Output,
            Does.Match(@"eu-west-1/env-shop-migrated  done in [0-9.]+ s").And.Contain("finished, 2 instances").And.Match(@"done after [0-9.]+ s"));

        using var second = await RunAsync("apply", manifest, "--auto-approve");
        Assert.That(second.ExitCode, Is.Zero, second.ToString());
        Assert.That(second.Output, Does.Contain("nothing to do, all 2 instances done already"));

        using var planned = await RunAsync("plan", manifest);
        Assert.That(
            planned.Output,
            Does.Match(@"copy +snapshot to eu-west-1, encrypted with \S+ \(done in [0-9.]+ s\)").And.Match(@"4 of 4 steps done already, [0-9.]+ s in all"),
            planned.ToString());

        using var rollback = await RunAsync("rollback", manifest, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(
            rollback.Output,
            Does.Match("delete +instance .*env-shop-migrated, with everything that was written to it since; no final snapshot is taken"));
        Assert.That(await NamesAsync("DescribeDBInstances", "DBInstanceIdentifier"), Is.Empty);
        Assert.That(await NamesAsync("DescribeDBSnapshots", "DBSnapshotIdentifier"), Has.None.StartsWith("migplan-"));
        Assert.That(await NamesAsync("DescribeDBInstances", "DBInstanceIdentifier", From), Has.Length.EqualTo(4));
    }

    [Test]
    public async Task Moved_instances_are_compared_again_whenever_it_is_asked_for()
    {
        using var early = await RunAsync("verify", manifest);
        Assert.That(early.ExitCode, Is.EqualTo(1), early.ToString());
        Assert.That(early.Error, Does.Contain("MP9300"));

        using var apply = await RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        using var verify = await RunAsync("verify", manifest);
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(
            verify.Output,
            Does.Match("equal +eu-central-1/env-shop → eu-west-1/env-shop-migrated  postgres 15.8, 20 GiB, available, encrypted; compared with snapshot migplan-frankfurt-to-ireland-env-shop-"));
        Assert.That(verify.Output, Does.Contain("Verification: 2 equal, 0 different, 0 not comparable; 2 instances."));

        await account.RdsAsync(To, new() { ["Action"] = "StopDBInstance", ["DBInstanceIdentifier"] = "env-shop-migrated" });
        using var stopped = await RunAsync("verify", manifest, "--format", "json");
        Assert.That(stopped.ExitCode, Is.EqualTo(8), stopped.ToString());
        var schema = await NJsonSchema.JsonSchema.FromFileAsync(Repository.PathOf("schemas", "verification.v1.schema.json"));
        Assert.That(schema.Validate(stopped.Output).Select(error => error.ToString()), Is.Empty);
        Assert.That(stopped.Output, Does.Contain("it is `stopped`"));

        using var again = await RunAsync("apply", manifest, "--auto-approve");
        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(again.Output + again.Error, Does.Contain("nothing to do, all 2 instances done already").And.Contain("warning[MP9301]"));

        await account.RdsAsync(To, new() { ["Action"] = "DeleteDBInstance", ["DBInstanceIdentifier"] = "env-desk-migrated", ["SkipFinalSnapshot"] = "true" });
        using var gone = await RunAsync("apply", manifest, "--auto-approve");
        Assert.That(gone.ExitCode, Is.EqualTo(6), gone.ToString());
        Assert.That(gone.Error, Does.Contain("MP6008").And.Contain("env-desk-migrated"));
        using var unplanned = await RunAsync("plan", manifest, "--detailed-exitcode");
        Assert.That(unplanned.ExitCode, Is.EqualTo(6), unplanned.ToString());
        Assert.That(unplanned.Error, Does.Contain("MP6008").And.Contain("env-desk-migrated"));
        using var missing = await RunAsync("verify", manifest);
        Assert.That(missing.ExitCode, Is.EqualTo(8), missing.ToString());
        Assert.That(missing.Output, Does.Contain("the new instance is not there").And.Contain("0 equal, 2 different"));
    }

    [Test]
    public async Task One_target_can_be_moved_alone_and_the_rest_later()
    {
        using var wrong = await RunAsync("apply", manifest, "--auto-approve", "--target", "eu-west-1/env-shop");
        Assert.That(wrong.ExitCode, Is.EqualTo(64), wrong.ToString());
        Assert.That(wrong.Error, Does.Contain("MP9103").And.Contain("eu-west-1/env-shop-migrated"));

        using var one = await RunAsync("apply", manifest, "--auto-approve", "--target", "eu-west-1/env-shop-migrated");
        Assert.That(one.ExitCode, Is.Zero, one.ToString());
        Assert.That(await NamesAsync("DescribeDBInstances", "DBInstanceIdentifier"), Is.EqualTo(new[] { "env-shop-migrated" }));
        using var status = await RunAsync("status", manifest);
        Assert.That(
            status.Output,
            Does.Contain("unfinished, 1 of 1 instance done").And.Contain("the plan is of eu-west-1/env-shop-migrated alone"),
            status.ToString());
        using var wrongLater = await RunAsync("apply", manifest, "--auto-approve", "--target", "eu-west-1/env-wiki-migrated");
        Assert.That(wrongLater.ExitCode, Is.EqualTo(64), wrongLater.ToString());

        using var rest = await RunAsync("apply", manifest, "--auto-approve");
        Assert.That(rest.ExitCode, Is.Zero, rest.ToString());
        Assert.That(await NamesAsync("DescribeDBInstances", "DBInstanceIdentifier"), Is.EquivalentTo(Moved));
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
