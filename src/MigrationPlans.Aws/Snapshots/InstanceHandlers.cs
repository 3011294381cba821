using System.Collections.Immutable;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Execution;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>All handlers of moves by snapshot.</summary>
public static class InstanceHandlers
{
    /// <param name="session">Stays the caller's to dispose of.</param>
    public static ImmutableArray<IStepHandler> Create(AwsSession session, WaitSettings? waits = null)
    {
        var waiter = new RdsWaiter(waits ?? new WaitSettings());
        return
        [
            new CreateSnapshotHandler(session, waiter),
            new CopySnapshotHandler(session, waiter),
            new RestoreInstanceHandler(session, waiter),
            new VerifyInstanceHandler(session),
            new UnshareSnapshotHandler(session),
        ];
    }
}
