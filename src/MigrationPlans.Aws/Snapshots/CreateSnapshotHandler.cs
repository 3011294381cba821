using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>Takes the snapshot, waits for it, and shares it.</summary>
internal sealed class CreateSnapshotHandler(AwsSession session, RdsWaiter waiter) : InstanceStepHandler<CreateSnapshotStep>(session)
{
    protected override async Task<StepObservation> LookAsync(CreateSnapshotStep step, StepContext context, CancellationToken cancellationToken)
    {
        var found = await FindAsync(step, context, cancellationToken);
        return found switch
        {
            null => StepObservation.NotDone("no snapshot yet"),
            { IsAvailable: true } when step.ShareWith is null => StepObservation.Done("snapshot is available"),
            { IsAvailable: true } => StepObservation.NotDone("snapshot is available; whether it is shared can't be seen"),
            _ => StepObservation.NotDone($"snapshot is {found.Status}"),
        };
    }

    protected override async Task<StepResult> WorkAsync(CreateSnapshotStep step, StepContext context, CancellationToken cancellationToken)
    {
        var account = Source(step, context);
        if (await FindAsync(step, context, cancellationToken) is null)
        {
            await RecordAsync(context, account, RdsResource.SnapshotKind, step.Snapshot, cancellationToken);
            var request = new CreateDBSnapshotRequest
            {
                DBSnapshotIdentifier = step.Snapshot,
                DBInstanceIdentifier = step.Instance,
                Tags = Tags(step, context),
            };

            // RDS backs up at night too, and takes no second snapshot meanwhile.
            await waiter.WaitAsync(
                step,
                context,
                RdsResource.InstanceKind,
                step.Instance,
                step.Region,
                () => BeginAsync(account, step, request, cancellationToken),
                cancellationToken);
        }

        await waiter.WaitAsync(
            step, context, RdsResource.SnapshotKind, step.Snapshot, step.Region, () => FindAsync(step, context, cancellationToken), cancellationToken);
        if (step.ShareWith is { } other)
        {
            var share = new ModifyDBSnapshotAttributeRequest { DBSnapshotIdentifier = step.Snapshot, AttributeName = "restore", ValuesToAdd = [other] };
            await account.CallAsync(
                "rds:ModifyDBSnapshotAttribute",
                $"snapshot:{step.Snapshot}",
                () => account.Rds.ModifyDBSnapshotAttributeAsync(share, cancellationToken),
                cancellationToken);
        }

        return new StepResult($"snapshot {step.Snapshot} of {step.Instance}{(step.ShareWith is { } with ? $", shared with {with}" : "")}");
    }

    protected override async Task VerifyAsync(CreateSnapshotStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (await FindAsync(step, context, cancellationToken) is not { IsAvailable: true })
        {
            throw StepFailedException.EffectMissing(step, "the snapshot is not available");
        }
    }

    /// <summary>
    /// Looks at the source, and begins the snapshot where it is available. Between look and call a backup or another move's snapshot
    /// may have begun: then it is busy.
    /// </summary>
    private static async Task<RdsResource?> BeginAsync(
        AwsAccount account, CreateSnapshotStep step, CreateDBSnapshotRequest request, CancellationToken cancellationToken)
    {
        var instance = await RdsInstances.FindAsync(account, step.Instance, cancellationToken);
        var source = instance is null ? null : RdsResource.Of(instance, step.Region);
        if (source is not { IsAvailable: true })
        {
            return source;
        }

        try
        {
            await CreateAsync(
                () => account.CallAsync(
                    "rds:CreateDBSnapshot",
                    $"snapshot:{step.Snapshot}",
                    () => account.Rds.CreateDBSnapshotAsync(request, cancellationToken),
                    cancellationToken),
                "DBSnapshotAlreadyExists");
            return source;
        }
        catch (DiagnosticException exception) when (RdsSnapshots.HasCode(exception, "InvalidDBInstanceState", "InvalidDBInstanceStateFault"))
        {
            return source with { Status = $"busy ({exception.InnerException!.Message})", IsAvailable = false };
        }
    }

    private async Task<RdsResource?> FindAsync(CreateSnapshotStep step, StepContext context, CancellationToken cancellationToken)
    {
        var snapshot = await RdsSnapshots.FindAsync(Source(step, context), step.Snapshot, cancellationToken);
        return Ours(snapshot is null ? null : RdsResource.Of(snapshot, step.Region), step, context);
    }
}
