using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>Takes the share back. The last step of a move: until the new instance is verified, a resumed run may have to copy again.</summary>
internal sealed class UnshareSnapshotHandler(AwsSession session) : InstanceStepHandler<UnshareSnapshotStep>(session)
{
    protected override async Task<StepObservation> LookAsync(UnshareSnapshotStep step, StepContext context, CancellationToken cancellationToken)
    {
        var snapshot = await RdsSnapshots.FindAsync(Source(step, context), step.Snapshot, cancellationToken);
        return Ours(snapshot is null ? null : RdsResource.Of(snapshot, step.Region), step, context) is null
            ? StepObservation.Done("snapshot is gone, and its share with it")
            : StepObservation.NotDone("whether it is shared can't be seen");
    }

    protected override async Task<StepResult> WorkAsync(UnshareSnapshotStep step, StepContext context, CancellationToken cancellationToken)
    {
        var account = Source(step, context);
        var request = new ModifyDBSnapshotAttributeRequest
        {
            DBSnapshotIdentifier = step.Snapshot,
            AttributeName = "restore",
            ValuesToRemove = [step.SharedWith],
        };
        await account.CallAsync(
            "rds:ModifyDBSnapshotAttribute",
            $"snapshot:{step.Snapshot}",
            () => account.Rds.ModifyDBSnapshotAttributeAsync(request, cancellationToken),
            cancellationToken);
        return new StepResult($"snapshot {step.Snapshot} is no longer shared with {step.SharedWith}");
    }

    /// <summary>RDS has answered; to read the share takes a permission of its own.</summary>
    protected override Task VerifyAsync(UnshareSnapshotStep step, StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
