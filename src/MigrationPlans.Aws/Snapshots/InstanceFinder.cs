using System.Collections.Immutable;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>Finds instances by engine, identifier and tags.</summary>
public sealed class InstanceFinder(AwsSession session) : IInstanceFinder
{
    private const int LooksAtOnce = 8;

    public async Task<ImmutableArray<InstanceFacts>> FindAsync(string plan, InstanceMove move, CancellationToken cancellationToken)
    {
        var source = MoveAccounts.Source(session, move);
        var instances = await RdsInstances.ListAsync(source, cancellationToken);
        var account = await source.NumberAsync(cancellationToken);
        var target = MoveAccounts.Target(session, move);
        var targetAccount = await target.NumberAsync(cancellationToken);

        // Within one region and account, what a move made fits the next one's patterns as well.
        var picked = instances.Where(instance => Fits(instance, move.From.Match) && Tag(instance.TagList, SnapshotNames.PlanTag) != plan).OrderBy(instance => instance.DBInstanceIdentifier, StringComparer.Ordinal).ToList();
        var facts = new InstanceFacts[picked.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken };

        // Whoever may not look there may not restore there either; better to know before the first snapshot.
        await Parallel.ForAsync(0, picked.Count, limits, async (i, token) =>
        {
            var taken = await RdsInstances.FindAsync(target, InstancePlanner.NewIdentifier(move, picked[i].DBInstanceIdentifier), token);
            facts[i] = Describe(picked[i], move, account, targetAccount) with
            {
                Moved = taken is null ? null : Describe(taken),
            };
        });
        return [.. facts];
    }

    internal static bool Fits(DBInstance instance, InstanceMatch match) =>
        instance.Engine == match.Engine
        && (match.Identifiers.IsEmpty || match.Identifiers.Any(pattern => SelectionFilter.Matches(pattern, instance.DBInstanceIdentifier)))
        && !match.Exclude.Any(pattern => SelectionFilter.Matches(pattern, instance.DBInstanceIdentifier))
        && match.Tags.All(wanted => instance.TagList.Exists(tag => tag.Key == wanted.Key && SelectionFilter.Matches(wanted.Value, tag.Value)));

    private static string? Tag(List<Tag> tags, string key) => tags.Find(tag => tag.Key == key)?.Value;

    private static MovedInstanceFacts Describe(DBInstance moved) => new()
    {
        InstanceClass = moved.DBInstanceClass,
        IsMultiAz = moved.MultiAZ == true,
        AvailabilityZone = moved.AvailabilityZone,
        IsPublic = moved.PubliclyAccessible == true,
        SubnetGroup = moved.DBSubnetGroup,
        SecurityGroups = [.. moved.VpcSecurityGroups],
        Tags = Tags(moved),
    };

    private static InstanceFacts Describe(DBInstance instance, InstanceMove move, string account, string targetAccount) => new()
    {
        Move = move.Path,
        Identifier = instance.DBInstanceIdentifier,
        Account = account,
        TargetAccount = targetAccount,
        Status = instance.DBInstanceStatus ?? "in an unknown state",
        InstanceClass = instance.DBInstanceClass ?? "",
        Engine = instance.Engine ?? "",
        EngineVersion = instance.EngineVersion ?? "",
        AllocatedStorage = instance.AllocatedStorage ?? 0,
        IsEncrypted = instance.StorageEncrypted == true,
        KmsKeyId = instance.KmsKeyId,
        Tags = Tags(instance),
    };

    private static ImmutableSortedDictionary<string, string> Tags(DBInstance instance) =>
        instance.TagList.ToImmutableSortedDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
}
