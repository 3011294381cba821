using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>Deletes snapshots and restored instances; only those that bear the plan's and the state's tags, whatever the state says.</summary>
/// <param name="session">Stays the caller's to dispose of.</param>
public sealed class SnapshotRemover(AwsSession session) : IResourceRemover
{
    /// <summary>Whether the resource is of a kind that belongs here; databases and roles do not.</summary>
    public static bool Removes(CreatedResource resource) => resource.Kind is RdsResource.SnapshotKind or RdsResource.InstanceKind;

    public async Task<RemovalResult> RemoveAsync(
        MigrationManifest manifest, string lineage, CreatedResource resource, ResourceStanding standing, CancellationToken cancellationToken)
    {
        var owner = new ResourceOwner(manifest.Name, lineage);
        try
        {
            if (await MoveAccounts.FindAsync(session, manifest, resource, cancellationToken) is not { } account)
            {
                return new RemovalResult(
                    IsGone: false,
                    $"it is in {resource.Endpoint}, and no move of this manifest leads there; use the manifest, with its overlays, and the credentials that it was applied with");
            }

            return resource.Kind == RdsResource.SnapshotKind
                ? await RemoveSnapshotAsync(account, owner, resource.Name, cancellationToken)
                : await RemoveInstanceAsync(account, owner, resource.Name, cancellationToken);
        }
        catch (DiagnosticException exception)
        {
            var failureClass = exception.IsTransient ? FailureClass.Transient : FailureClass.Permanent;
            throw new StepFailedException(exception.Diagnostic, failureClass, exception);
        }
    }

    private static async Task<RemovalResult> RemoveSnapshotAsync(AwsAccount account, ResourceOwner owner, string name, CancellationToken cancellationToken)
    {
        if (await RdsSnapshots.FindAsync(account, name, cancellationToken) is not { } snapshot)
        {
            return new RemovalResult(IsGone: true, "snapshot was gone already");
        }

        if (!RdsResource.Of(snapshot, account.Access.Region).BelongsTo(owner))
        {
            return NotOurs(owner);
        }

        var request = new DeleteDBSnapshotRequest { DBSnapshotIdentifier = name };
        await account.CallAsync(
            "rds:DeleteDBSnapshot", $"snapshot:{name}", () => account.Rds.DeleteDBSnapshotAsync(request, cancellationToken), cancellationToken);
        return new RemovalResult(IsGone: true, "snapshot deleted");
    }

    private static async Task<RemovalResult> RemoveInstanceAsync(AwsAccount account, ResourceOwner owner, string name, CancellationToken cancellationToken)
    {
        if (await RdsInstances.FindAsync(account, name, cancellationToken) is not { } instance)
        {
            return new RemovalResult(IsGone: true, "instance was gone already");
        }

        if (!RdsResource.Of(instance, account.Access.Region).BelongsTo(owner))
        {
            return NotOurs(owner);
        }

        // By a rollback that was killed before it wrote that down; RDS refuses to delete it twice.
        if (instance.DBInstanceStatus == "deleting")
        {
            return new RemovalResult(IsGone: true, "instance is being deleted already");
        }

        if (instance.DeletionProtection == true)
        {
            return new RemovalResult(IsGone: false, "deletion protection was turned on for it");
        }

        var request = new DeleteDBInstanceRequest { DBInstanceIdentifier = name, SkipFinalSnapshot = true };
        await account.CallAsync("rds:DeleteDBInstance", $"db:{name}", () => account.Rds.DeleteDBInstanceAsync(request, cancellationToken), cancellationToken);
        return new RemovalResult(IsGone: true, "instance is being deleted");
    }

    /// <summary>Recorded, and never made or ours no more: what a run makes bears both tags from its first moment.</summary>
    private static RemovalResult NotOurs(ResourceOwner owner) => new(
        IsGone: false, $"it lacks the tags {SnapshotNames.PlanTag}={owner.Plan} and {SnapshotNames.LineageTag}={owner.Lineage}")
    { IsOurs = false };
}
