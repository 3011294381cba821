using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Planning;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>A snapshot or an instance, as far as waiting for it goes.</summary>
internal sealed record RdsResource(string What, string Identifier, string Region, string Status, int? Percent, IReadOnlyList<Tag> Tags)
{
    public const string SnapshotKind = "snapshot";
    public const string InstanceKind = "instance";
    private const string Available = "available";

    /// <summary>What it was waited for has come about.</summary>
    public bool IsAvailable { get; init; } = Status == Available;

    /// <summary>In a state that it will not leave by itself.</summary>
    public bool HasFailed => Status is "failed" or "restore-error" or "storage-full" or "inaccessible-encryption-credentials" or "deleting" or "stopped"
        || Status.StartsWith("incompatible-", StringComparison.Ordinal);

    public bool BelongsTo(ResourceOwner owner) => Has(SnapshotNames.PlanTag, owner.Plan) && Has(SnapshotNames.LineageTag, owner.Lineage);

    /// <summary>Of the plan, whatever state began it.</summary>
    public bool IsOfPlan(string plan) => Has(SnapshotNames.PlanTag, plan);

    /// <summary>The instance whose data it holds; null where a version before the tag made it.</summary>
    public string? Origin => Tags.FirstOrDefault(tag => tag.Key == SnapshotNames.OriginTag)?.Value;

    public static RdsResource Of(DBSnapshot snapshot, string region) =>
        new(SnapshotKind, snapshot.DBSnapshotIdentifier, region, snapshot.Status ?? "", snapshot.PercentProgress, snapshot.TagList);

    public static RdsResource Of(DBInstance instance, string region) =>
        new(InstanceKind, instance.DBInstanceIdentifier, region, instance.DBInstanceStatus ?? "", Percent: null, instance.TagList);

    /// <summary>A new instance is there as soon as its server listens, whatever RDS goes on doing with it.</summary>
    public static RdsResource OfRestored(DBInstance instance, string region) => Of(instance, region) with { IsAvailable = InstanceChecks.Listens(instance) };

    private bool Has(string key, string value) => Tags.Any(tag => tag.Key == key && tag.Value == value);
}
