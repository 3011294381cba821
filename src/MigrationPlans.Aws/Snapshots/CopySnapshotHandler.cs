using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>Copies the snapshot and waits for the copy.</summary>
internal sealed class CopySnapshotHandler(AwsSession session, RdsWaiter waiter) : InstanceStepHandler<CopySnapshotStep>(session)
{
    protected override async Task<StepObservation> LookAsync(CopySnapshotStep step, StepContext context, CancellationToken cancellationToken) =>
        await FindAsync(step, context, cancellationToken) switch
        {
            null => StepObservation.NotDone("no copy yet"),
            { IsAvailable: true } => StepObservation.Done("copy is available"),
            var found => StepObservation.NotDone($"copy is {found.Status}"),
        };

    protected override async Task<StepResult> WorkAsync(CopySnapshotStep step, StepContext context, CancellationToken cancellationToken)
    {
        var account = Target(step, context);
        if (await FindAsync(step, context, cancellationToken) is null)
        {
            await RecordAsync(context, account, RdsResource.SnapshotKind, step.Snapshot, cancellationToken);
            var request = new CopyDBSnapshotRequest
            {
                SourceDBSnapshotIdentifier =
                    $"arn:{RegionPartition.Of(step.SourceRegion)}:rds:{step.SourceRegion}:{step.SourceAccount}:snapshot:{step.SourceSnapshot}",
                TargetDBSnapshotIdentifier = step.Snapshot,
                KmsKeyId = step.KmsKeyId,
                SourceRegion = step.SourceRegion,
                Tags = Tags(step, context),
            };
            await CreateAsync(
                () => account.CallAsync(
                    "rds:CopyDBSnapshot", $"snapshot:{step.Snapshot}", () => account.Rds.CopyDBSnapshotAsync(request, cancellationToken), cancellationToken),
                "DBSnapshotAlreadyExists");
        }

        await waiter.WaitAsync(
            step, context, RdsResource.SnapshotKind, step.Snapshot, step.Region, () => FindAsync(step, context, cancellationToken), cancellationToken);
        return new StepResult($"snapshot {step.Snapshot} in {step.Region}{(step.KmsKeyId is null ? "" : ", encrypted with the target's key")}");
    }

    private async Task<RdsResource?> FindAsync(CopySnapshotStep step, StepContext context, CancellationToken cancellationToken)
    {
        var snapshot = await RdsSnapshots.FindAsync(Target(step, context), step.Snapshot, cancellationToken);
        return Ours(snapshot is null ? null : RdsResource.Of(snapshot, step.Region), step, context);
    }
}
