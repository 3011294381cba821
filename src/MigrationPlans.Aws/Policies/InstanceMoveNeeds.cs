using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;

namespace MigrationPlans.Aws.Policies;

/// <summary>What moving instances by snapshot needs, in the account they leave and in the one they go to.</summary>
internal static partial class InstanceMoveNeeds
{
    private const string InstancePlaceholder = "{identifier}";

    /// <param name="host">The account of the principal that migplan runs as; null where it is not known.</param>
    public static IEnumerable<Need> List(MigrationManifest manifest, InstanceMove move, string? host) =>
        Source(manifest, move, host).Select(statement => new Need(move.From.RoleArn, move.From.ExternalId, statement))
            .Concat(Target(manifest, move, host).Select(statement => new Need(move.To.RoleArn, move.To.ExternalId, statement)));

    private static IEnumerable<PolicyStatement> Source(MigrationManifest manifest, InstanceMove move, string? host)
    {
        var prefix = Prefix(move.From.Region, move.From.RoleArn);
        var snapshots = $"{prefix}:snapshot:{SnapshotNames.Prefix(manifest.Name)}*";
        yield return new PolicyStatement("FindInstancesToMove", ["rds:DescribeDBInstances", "rds:ListTagsForResource"], [$"{prefix}:db:*"]);
        yield return new PolicyStatement(
            "TakeSnapshots",
            ["rds:AddTagsToResource", "rds:CreateDBSnapshot"],
            [.. Picked(move).Select(pattern => $"{prefix}:db:{pattern}"), snapshots]);
        yield return new PolicyStatement(
            "WatchAndCleanSnapshots", ["rds:DeleteDBSnapshot", "rds:DescribeDBSnapshots", "rds:ListTagsForResource"], [snapshots]);
        if (CrossesAccount(move, host) != false)
        {
            yield return new PolicyStatement("ShareSnapshots", ["rds:ModifyDBSnapshotAttribute"], [snapshots]);
        }
    }

    private static IEnumerable<PolicyStatement> Target(MigrationManifest manifest, InstanceMove move, string? host)
    {
        var prefix = Prefix(move.To.Region, move.To.RoleArn);
        var snapshots = $"{prefix}:snapshot:{SnapshotNames.Prefix(manifest.Name)}*";
        var sources = $"{Prefix(move.From.Region, move.From.RoleArn)}:snapshot:{SnapshotNames.Prefix(manifest.Name)}*";
        var instances = Picked(move)
            .Select(pattern => $"{prefix}:db:{move.To.Identifier.Replace(InstancePlaceholder, pattern, StringComparison.Ordinal)}")
            .ToImmutableArray();
        yield return new PolicyStatement("CopySnapshots", ["rds:AddTagsToResource", "rds:CopyDBSnapshot"], [sources, snapshots]);
        yield return new PolicyStatement(
            "WatchAndCleanCopies", ["rds:DeleteDBSnapshot", "rds:DescribeDBSnapshots", "rds:ListTagsForResource"], [snapshots]);
        yield return new PolicyStatement(
            "RestoreInstances",
            ["rds:AddTagsToResource", "rds:RestoreDBInstanceFromDBSnapshot"],
            [.. instances, snapshots, $"{prefix}:og:*", $"{prefix}:pg:*", $"{prefix}:subgrp:{move.To.SubnetGroup ?? "default"}"]);
        yield return new PolicyStatement(
            "WatchAndCleanInstances", ["rds:DeleteDBInstance", "rds:DescribeDBInstances", "rds:ListTagsForResource"], instances);
        if (move.To.KmsKeyId is { } key)
        {
            yield return KeyUse(
                "EncryptCopies",
                [
                    "kms:CreateGrant",
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:Encrypt",
                    "kms:GenerateDataKeyWithoutPlaintext",
                    "kms:ReEncryptFrom",
                    "kms:ReEncryptTo",
                ],
                Key(key, move.To),
                [move.To.Region]);
        }

        // Without a key, an encrypted instance can only stay where its own key is.
        if (move.To.KmsKeyId is not null || (move.From.Region == move.To.Region && CrossesAccount(move, host) != true))
        {
            // Which key an instance has is known only when it is looked at.
            yield return KeyUse(
                "ReadSourceSnapshots",
                ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:ReEncryptFrom"],
                $"{Keys(move.From.Region, move.From.RoleArn)}/*",
                [.. new[] { move.From.Region, move.To.Region }.Distinct(StringComparer.Ordinal)]);
        }
    }

    /// <summary>Keys may be used only by RDS of these regions, on the caller's behalf.</summary>
    private static PolicyStatement KeyUse(string purpose, ImmutableArray<string> actions, string resource, IEnumerable<string> regions) =>
        new(purpose, actions, [resource])
        {
            Conditions = ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, ImmutableArray<string>>>(StringComparer.Ordinal)
                .Add("StringEquals", ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal)
                    .Add("kms:ViaService", [.. regions.Select(region => $"rds.{region}.{RegionPartition.DnsSuffix(region)}")])),
        };

    /// <summary>
    /// What a policy can say of a key that the manifest names. IAM tells keys apart by id alone; behind an alias may be any key of the
    /// region and account, and the condition then still binds the grant to RDS there.
    /// </summary>
    private static string Key(string key, InstanceMoveTarget to) => Arn.Resource(key) switch
    {
        null => $"{Keys(to.Region, to.RoleArn)}/{(Guid.TryParse(key, out _) || MultiRegionKey().IsMatch(key) ? key : "*")}",
        var resource when resource.StartsWith("alias/", StringComparison.Ordinal) => $"{key[..^resource.Length]}key/*",
        _ => key,
    };

    private static string Keys(string region, string? roleArn) => $"arn:{RegionPartition.Of(region)}:kms:{region}:{Account(roleArn)}:key";

    private static ImmutableArray<string> Picked(InstanceMove move) => move.From.Match.Identifiers.IsEmpty ? ["*"] : move.From.Match.Identifiers;

    /// <summary>Null: it can't be known, and both may be.</summary>
    private static bool? CrossesAccount(InstanceMove move, string? host) => (move.From.RoleArn, move.To.RoleArn) switch
    {
        (null, null) => false,
        var (from, to) when (Arn.Account(from) ?? host, Arn.Account(to) ?? host) is ({ } left, { } right) => left != right,
        _ => null,
    };

    private static string Prefix(string region, string? roleArn) => $"arn:{RegionPartition.Of(region)}:rds:{region}:{Account(roleArn)}";

    private static string Account(string? roleArn) => Arn.Account(roleArn) ?? "*";

    [GeneratedRegex("^mrk-[0-9a-f]{32}\\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex MultiRegionKey();
}
