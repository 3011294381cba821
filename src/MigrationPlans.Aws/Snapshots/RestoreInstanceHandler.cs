using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>Restores the instance and waits until it listens.</summary>
internal sealed class RestoreInstanceHandler(AwsSession session, RdsWaiter waiter) : InstanceStepHandler<RestoreInstanceStep>(session)
{
    protected override async Task<StepObservation> LookAsync(RestoreInstanceStep step, StepContext context, CancellationToken cancellationToken) =>
        await FindAsync(step, context, cancellationToken) switch
        {
            null => StepObservation.NotDone("no instance yet"),
            { IsAvailable: true } found => StepObservation.Done($"instance is {found.Status}"),
            var found => StepObservation.NotDone($"instance is {found.Status}"),
        };

    protected override async Task<StepResult> WorkAsync(RestoreInstanceStep step, StepContext context, CancellationToken cancellationToken)
    {
        var account = Target(step, context);
        if (await FindAsync(step, context, cancellationToken) is null)
        {
            await RecordAsync(context, account, RdsResource.InstanceKind, step.Instance, cancellationToken);
            await CreateAsync(
                () => account.CallAsync(
                    "rds:RestoreDBInstanceFromDBSnapshot",
                    $"db:{step.Instance}",
                    () => account.Rds.RestoreDBInstanceFromDBSnapshotAsync(Request(step, context), cancellationToken),
                    cancellationToken),
                "DBInstanceAlreadyExists");
        }

        await waiter.WaitAsync(
            step, context, RdsResource.InstanceKind, step.Instance, step.Region, () => FindAsync(step, context, cancellationToken), cancellationToken);
        return new StepResult($"instance {step.Instance} ({step.InstanceClass}) in {step.Region}");
    }

    private static RestoreDBInstanceFromDBSnapshotRequest Request(RestoreInstanceStep step, StepContext context) => new()
    {
        DBInstanceIdentifier = step.Instance,
        DBSnapshotIdentifier = step.Snapshot,
        DBInstanceClass = step.InstanceClass,
        DBParameterGroupName = step.ParameterGroup,
        DBSubnetGroupName = step.SubnetGroup,
        VpcSecurityGroupIds = [.. step.SecurityGroups],
        MultiAZ = step.MultiAz,
        AvailabilityZone = step.AvailabilityZone,
        PubliclyAccessible = step.PubliclyAccessible,
        EnableIAMDatabaseAuthentication = step.UsesIamAuthentication,
        EnableCloudwatchLogsExports = [.. step.LogExports],
        CopyTagsToSnapshot = step.CopiesTagsToSnapshots,
        Tags = Tags(step, context, step.Tags),
    };

    private async Task<RdsResource?> FindAsync(RestoreInstanceStep step, StepContext context, CancellationToken cancellationToken)
    {
        var instance = await RdsInstances.FindAsync(Target(step, context), step.Instance, cancellationToken);
        return Ours(instance is null ? null : RdsResource.OfRestored(instance, step.Region), step, context);
    }
}
