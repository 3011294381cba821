using System.Collections.Immutable;
using System.Text.Json;
using MigrationPlans.Aws.Policies;
using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

public sealed class LeastPrivilegeTests
{
    private const string RoleA = "arn:aws:iam::111111111111:role/RdsCrossAccountAccessRole";
    private const string RoleB = "arn:aws:iam::222222222222:role/RdsCrossAccountAccessRole";
    private const string SecretA = "arn:aws:secretsmanager:us-east-1:111111111111:secret:source-a-AbCdEf";
    private const string Host = "arn:aws:iam::333333333333:role/MigrationHostRole";

    [Test]
    public void A_consolidation_needs_what_its_three_documents_say_and_nothing_more()
    {
        var policies = LeastPrivilege.For(Consolidation());
        Assert.That(policies.Select(policy => policy.RoleArn), Is.EqualTo(new[] { null, RoleA, RoleB }));
        Assert.That(Actions(policies[0]), Is.EqualTo(new[] { "sts:AssumeRole", "rds:DescribeDBInstances", "secretsmanager:GetSecretValue" }));
        Assert.That(policies[0].Permissions[0].Resources, Is.EqualTo(new[] { RoleA, RoleB }));
        Assert.That(Actions(policies[1]), Is.EqualTo(new[] { "rds:DescribeDBInstances", "secretsmanager:GetSecretValue" }));
        Assert.That(policies[1].Permissions[0].Resources, Is.EqualTo(new[] { "arn:aws:rds:us-east-1:111111111111:db:source-a" }));
        Assert.That(policies[1].Permissions[1].Resources, Is.EqualTo(new[] { SecretA }));
        Assert.That(Actions(policies[2]), Is.EqualTo(new[] { "rds:DescribeDBInstances", "rds-db:connect" }));
    }

    [Test]
    public void A_trust_policy_names_the_principal_and_asks_for_the_external_id()
    {
        using var document = JsonDocument.Parse(PolicyJson.Write(LeastPrivilege.For(Consolidation()), Host));
        var policies = document.RootElement.GetProperty("policies");
        var trust = policies[1].GetProperty("trust").GetProperty("Statement")[0];
        Assert.That(trust.GetProperty("Principal").GetProperty("AWS").GetString(), Is.EqualTo(Host));
        Assert.That(trust.GetProperty("Condition").GetProperty("StringEquals").GetProperty("sts:ExternalId").GetString(), Is.EqualTo("ext-1"));
        Assert.That(policies[2].GetProperty("trust").GetProperty("Statement")[0].TryGetProperty("Condition", out _), Is.False);
        Assert.That(policies[0].GetProperty("trust").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void An_instance_move_may_touch_only_snapshots_of_its_plan_and_the_named_key()
    {
        var policies = LeastPrivilege.For(new MigrationManifest { File = "m", Name = "move", Digest = "", Instances = [Move()] });
        var source = policies.Single(policy => policy.RoleArn == RoleA);
        var target = policies.Single(policy => policy.RoleArn == RoleB);
        Assert.That(source.Permissions.Select(statement => statement.Purpose), Does.Contain("ShareSnapshots"));
        Assert.That(
            source.Permissions.Single(statement => statement.Purpose == "TakeSnapshots").Resources,
            Is.EqualTo(new[] { "arn:aws:rds:eu-central-1:111111111111:db:env-*", "arn:aws:rds:eu-central-1:111111111111:snapshot:migplan-move-*" }));
        var key = target.Permissions.Single(statement => statement.Purpose == "EncryptCopies");
        Assert.That(key.Resources, Is.EqualTo(new[] { "arn:aws:kms:eu-west-1:222222222222:key/k-1" }));
        Assert.That(key.Conditions["StringEquals"]["kms:ViaService"], Is.EqualTo(new[] { "rds.eu-west-1.amazonaws.com" }));
        var sourceKeys = target.Permissions.Single(statement => statement.Purpose == "ReadSourceSnapshots");
        Assert.That(sourceKeys.Resources, Is.EqualTo(new[] { "arn:aws:kms:eu-central-1:111111111111:key/*" }));
        Assert.That(sourceKeys.Actions, Has.None.EqualTo("kms:Encrypt"));
        Assert.That(
            sourceKeys.Conditions["StringEquals"]["kms:ViaService"],
            Is.EqualTo(new[] { "rds.eu-central-1.amazonaws.com", "rds.eu-west-1.amazonaws.com" }));
        Assert.That(
            target.Permissions.Single(statement => statement.Purpose == "WatchAndCleanInstances").Resources,
            Is.EqualTo(new[] { "arn:aws:rds:eu-west-1:222222222222:db:env-*-migrated" }));
    }

    [Test]
    public void Moves_to_two_regions_by_one_role_may_use_the_keys_of_both()
    {
        var other = Move() with { Path = "instances[1]" };
        var policy = Target(Move(), other with
        {
            From = other.From with { Region = "us-west-2" },
            To = other.To with { Region = "us-east-1", KmsKeyId = "arn:aws:kms:us-east-1:222222222222:key/k-2" },
        });
        Assert.That(Services(policy, "EncryptCopies"), Is.EqualTo(new[] { "rds.eu-west-1.amazonaws.com", "rds.us-east-1.amazonaws.com" }));
        Assert.That(
            Services(policy, "ReadSourceSnapshots"),
            Is.EqualTo(
                new[] { "rds.eu-central-1.amazonaws.com", "rds.eu-west-1.amazonaws.com", "rds.us-east-1.amazonaws.com", "rds.us-west-2.amazonaws.com" }));
        Assert.That(policy.Permissions.Select(statement => statement.Purpose), Is.Unique);
    }

    [TestCase("arn:aws:kms:eu-west-1:222222222222:key/k-1", ExpectedResult = "arn:aws:kms:eu-west-1:222222222222:key/k-1")]
    [TestCase("arn:aws:kms:eu-west-1:444444444444:alias/rds", ExpectedResult = "arn:aws:kms:eu-west-1:444444444444:key/*")]
    [TestCase("mrk-1234abcd12ab34cd56ef1234567890ab", ExpectedResult = "arn:aws:kms:eu-west-1:222222222222:key/mrk-1234abcd12ab34cd56ef1234567890ab")]
    [TestCase("alias/rds", ExpectedResult = "arn:aws:kms:eu-west-1:222222222222:key/*")]
    [TestCase("18d4c02d-89df-4690-82a1-f2a61b0e9ccb", ExpectedResult = "arn:aws:kms:eu-west-1:222222222222:key/18d4c02d-89df-4690-82a1-f2a61b0e9ccb")]
    public string A_key_is_granted_by_its_id_and_behind_an_alias_may_be_any(string key) =>
        Statement(Target(Move() with { To = Move().To with { KmsKeyId = key } }), "EncryptCopies").Resources.Single();

    [TestCase("alias/rds")]
    [TestCase(null)]
    public void Within_one_region_and_account_the_sources_own_key_is_used_too(string? key)
    {
        var stays = Move() with { To = new InstanceMoveTarget { Region = "eu-central-1", RoleArn = RoleA, KmsKeyId = key } };
        var policy = Policies(stays).Single();
        Assert.That(Statement(policy, "ReadSourceSnapshots").Resources, Is.EqualTo(new[] { "arn:aws:kms:eu-central-1:111111111111:key/*" }));
        Assert.That(Services(policy, "ReadSourceSnapshots"), Is.EqualTo(new[] { "rds.eu-central-1.amazonaws.com" }));
        Assert.That(policy.Permissions.Any(statement => statement.Purpose == "EncryptCopies"), Is.EqualTo(key is not null));
    }

    [Test]
    public void Without_a_key_nothing_encrypted_goes_elsewhere_and_no_key_is_granted()
    {
        var plain = Move() with { To = Move().To with { KmsKeyId = null } };
        Assert.That(Policies(plain).SelectMany(Actions), Has.None.StartsWith("kms:"));
    }

    [TestCase("arn:aws:iam::222222222222:user/me", false, true)]
    [TestCase(Host, true, false)]
    [TestCase(null, true, true)]
    public void Whether_a_move_to_a_role_leaves_the_callers_account_the_principal_says(string? principal, bool shares, bool readsKeys)
    {
        var move = Move() with { From = Move().From with { RoleArn = null }, To = new InstanceMoveTarget { Region = "eu-central-1", RoleArn = RoleB } };
        var policies = LeastPrivilege.For(new MigrationManifest { File = "m", Name = "move", Digest = "", Instances = [move] }, principal);
        var purposes = policies.SelectMany(policy => policy.Permissions).Select(statement => statement.Purpose).ToList();
        Assert.That((purposes.Contains("ShareSnapshots"), purposes.Contains("ReadSourceSnapshots")), Is.EqualTo((shares, readsKeys)));
    }

    [TestCase("cn-north-1", "aws-cn", ExpectedResult = "rds.cn-north-1.amazonaws.com.cn")]
    [TestCase("us-gov-west-1", "aws-us-gov", ExpectedResult = "rds.us-gov-west-1.amazonaws.com")]
    public string The_service_that_uses_a_key_is_called_as_in_its_partition(string region, string partition)
    {
        var key = $"arn:{partition}:kms:{region}:222222222222:key/k-1";
        var move = Move() with { To = new InstanceMoveTarget { Region = region, RoleArn = $"arn:{partition}:iam::222222222222:role/mover", KmsKeyId = key } };
        return Services(Policies(move).Single(policy => policy.Account == "222222222222"), "EncryptCopies").Single();
    }

    [Test]
    public void Terraform_and_CloudFormation_carry_the_same_policies()
    {
        var policies = LeastPrivilege.For(Consolidation());
        var terraform = PolicyTerraform.Write(policies, Host);
        Assert.That(terraform, Does.Contain("resource \"aws_iam_role\" \"migplan_111111111111_rdscrossaccountaccessrole\"").And.Contain(SecretA));
        using var document = JsonDocument.Parse(PolicyCloudFormation.Write(policies, Host));
        Assert.That(document.RootElement.EnumerateObject().Select(account => account.Name), Is.EqualTo(new[] { "host", "111111111111", "222222222222" }));
        var role = document.RootElement.GetProperty("111111111111").GetProperty("Resources").GetProperty("RdsCrossAccountAccessRole");
        Assert.That(role.GetProperty("Type").GetString(), Is.EqualTo("AWS::IAM::Role"));
    }

    /// <summary>A role of that name in another path is another role.</summary>
    [Test]
    public void A_role_is_made_in_its_path_and_two_of_like_names_are_two()
    {
        string[] names = ["path/to/Src", "a-b", "a_b", "odd/\"${x}\\/c"];
        var manifest = Consolidation() with
        {
            Sources = [.. names.Select((name, index) => Endpoint($"s{index}", new IamCredentials("migrator"), $"arn:aws:iam::444444444444:role/{name}"))],
            Targets = [],
        };
        var policies = LeastPrivilege.For(manifest);
        var terraform = PolicyTerraform.Write(policies, Host);
        Assert.That(terraform, Does.Contain("  name               = \"Src\"\n  path               = \"/path/to/\"\n"));
        Assert.That(terraform, Does.Contain("  path               = \"/odd/\\\"$${x}\\\\/\"\n"));
        Assert.That(terraform, Does.Contain("  name               = \"a-b\"\n  assume_role_policy"));
        var labels = terraform.Split('\n').Where(line => line.StartsWith("resource \"aws_iam_role\"", StringComparison.Ordinal)).ToList();
        Assert.That(labels, Has.Count.EqualTo(names.Length));
        Assert.That(labels, Is.Unique);
        using var document = JsonDocument.Parse(PolicyCloudFormation.Write(policies, Host));
        var resources = document.RootElement.GetProperty("444444444444").GetProperty("Resources");
        var roles = resources.EnumerateObject().Select(role => role.Value.GetProperty("Properties"));
        Assert.That(
            roles.Select(role => (role.GetProperty("RoleName").GetString(), role.TryGetProperty("Path", out var path) ? path.GetString() : null)),
            Is.EquivalentTo(new (string?, string?)[] { ("Src", "/path/to/"), ("a-b", null), ("a_b", null), ("c", "/odd/\"${x}\\/") }));
    }

    [Test]
    public void A_manifest_without_AWS_needs_nothing()
    {
        var endpoint = Endpoint("plain", new PasswordCredentials("x", null)) with { Rds = null, Postgres = new PostgresServer("h", 5432) };
        Assert.That(LeastPrivilege.For(new MigrationManifest { File = "m", Name = "n", Digest = "", Sources = [endpoint] }), Is.Empty);
    }

    private static ImmutableArray<PrincipalPolicy> Policies(params ImmutableArray<InstanceMove> moves) =>
        LeastPrivilege.For(new MigrationManifest { File = "m", Name = "move", Digest = "", Instances = moves }).RemoveAll(policy => policy.RoleArn is null);

    private static PrincipalPolicy Target(params ImmutableArray<InstanceMove> moves) => Policies(moves).Single(policy => policy.RoleArn == RoleB);

    private static PolicyStatement Statement(PrincipalPolicy policy, string purpose) => policy.Permissions.Single(statement => statement.Purpose == purpose);

    private static ImmutableArray<string> Services(PrincipalPolicy policy, string purpose) =>
        Statement(policy, purpose).Conditions["StringEquals"]["kms:ViaService"];

    private static IEnumerable<string> Actions(PrincipalPolicy policy) => policy.Permissions.SelectMany(statement => statement.Actions);

    private static MigrationManifest Consolidation() => new()
    {
        File = "migration.yaml",
        Name = "nonprod",
        Digest = "",
        Sources =
        [
            Endpoint("source-a", new SecretCredentials(SecretA), RoleA, "ext-1"),
            Endpoint("source-b", new IamCredentials("migrator"), RoleB),
        ],
        Targets = [Endpoint("shared", new ManagedSecretCredentials())],
    };

    private static Endpoint Endpoint(string instance, Credentials credentials, string? role = null, string? externalId = null) => new()
    {
        Name = instance,
        Role = EndpointRole.Source,
        Path = $"sources.{instance}",
        Rds = new RdsInstance { Instance = instance, Region = "us-east-1", RoleArn = role, ExternalId = externalId },
        Credentials = credentials,
        Tls = new TlsSettings(TlsMode.VerifyFull, null),
    };

    private static InstanceMove Move() => new()
    {
        Path = "instances[0]",
        From = new InstanceMoveSource { Region = "eu-central-1", RoleArn = RoleA, Match = new InstanceMatch { Identifiers = ["env-*"] } },
        To = new InstanceMoveTarget { Region = "eu-west-1", RoleArn = RoleB, KmsKeyId = "arn:aws:kms:eu-west-1:222222222222:key/k-1" },
    };
}
