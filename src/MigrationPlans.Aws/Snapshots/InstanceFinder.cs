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
        var picked = instances.Where(instance => Fits(instance, move.From.Match) && TagOf(instance.TagList, SnapshotNames.PlanTag) != plan)
            .OrderBy(instance => instance.DBInstanceIdentifier, StringComparer.Ordinal)
            .ToList();
        var facts = new InstanceFacts[picked.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken };

        // Whoever may not look there may not restore there either; better to know before the first snapshot.
        await Parallel.ForAsync(0, picked.Count, limits, async (i, token) =>
        {
            facts[i] = await LookAtResultsAsync(plan, move, source, target, Describe(picked[i], move, account, targetAccount), token);
        });
        return [.. facts];
    }

    /// <summary>The same facts, with what is there already of what the move is to make.</summary>
    private static async Task<InstanceFacts> LookAtResultsAsync(
        string plan, InstanceMove move, AwsAccount source, AwsAccount target, InstanceFacts facts, CancellationToken cancellationToken)
    {
        var identifier = InstancePlanner.NewIdentifier(move, facts.Identifier);
        var snapshot = SnapshotNames.Snapshot(plan, move.From.Region, facts.Identifier, move.To.Region, identifier);
        if (await RdsInstances.FindAsync(target, identifier, cancellationToken) is { } moved)
        {
            return facts with { Moved = Describe(moved) with { Origin = TagOf(moved.TagList, SnapshotNames.OriginTag) ?? await OriginBySnapshotAsync() } };
        }

        var copy = SnapshotNames.Copy(snapshot, move, facts.Account != facts.TargetAccount);
        var found = new[]
        {
            await FindSnapshotAsync(source, snapshot, facts.Account, cancellationToken),
            copy is null ? null : await FindSnapshotAsync(target, copy, facts.TargetAccount, cancellationToken),
        };
        return facts with { Snapshots = [.. found.OfType<SnapshotFacts>()] };

        // Versions before the tag set none. The snapshot's name says instance and region, and where it is, the account.
        async Task<string?> OriginBySnapshotAsync() =>
            await FindSnapshotAsync(source, snapshot, facts.Account, cancellationToken) is null ? null : InstancePlanner.OriginOf(move, facts).ToString();
    }

    private static async Task<SnapshotFacts?> FindSnapshotAsync(AwsAccount account, string identifier, string number, CancellationToken cancellationToken) =>
        await RdsSnapshots.FindAsync(account, identifier, cancellationToken) is { } snapshot
            ? new SnapshotFacts(identifier, account.Access.Region, number, snapshot.SnapshotCreateTime, TagOf(snapshot.TagList, SnapshotNames.LineageTag))
            : null;

    internal static bool Fits(DBInstance instance, InstanceMatch match) =>
        instance.Engine == match.Engine
        && (match.Identifiers.IsEmpty || match.Identifiers.Any(pattern => SelectionFilter.Matches(pattern, instance.DBInstanceIdentifier)))
        && !match.Exclude.Any(pattern => SelectionFilter.Matches(pattern, instance.DBInstanceIdentifier))
        && match.Tags.All(wanted => instance.TagList.Exists(tag => tag.Key == wanted.Key && SelectionFilter.Matches(wanted.Value, tag.Value)));

    private static string? TagOf(List<Tag> tags, string key) => tags.Find(tag => tag.Key == key)?.Value;

    private static MovedInstanceFacts Describe(DBInstance moved) => new()
    {
        Status = moved.DBInstanceStatus,
        InstanceClass = moved.DBInstanceClass,
        IsMultiAz = moved.MultiAZ == true,
        AvailabilityZone = moved.AvailabilityZone,
        IsPublic = moved.PubliclyAccessible == true,
        ParameterGroup = moved.DBParameterGroups.FirstOrDefault(),
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
        ParameterGroup = instance.DBParameterGroups.FirstOrDefault(),
        UsesIamAuthentication = instance.IAMDatabaseAuthenticationEnabled == true,
        CopiesTagsToSnapshots = instance.CopyTagsToSnapshot == true,
        LogExports = [.. instance.EnabledCloudwatchLogsExports.Order(StringComparer.Ordinal)],
        IsProtected = instance.DeletionProtection == true,
        AllocatedStorage = instance.AllocatedStorage ?? 0,
        IsEncrypted = instance.StorageEncrypted == true,
        KmsKeyId = instance.KmsKeyId,
        Tags = Tags(instance),
    };

    private static ImmutableSortedDictionary<string, string> Tags(DBInstance instance) =>
        instance.TagList.ToImmutableSortedDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
}
