using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>What may happen to a target database that is there already.</summary>
internal static class TargetState
{
    /// <summary>The database's settings when it is to be used as it is; null when it is to be replaced.</summary>
    /// <exception cref="StepFailedException">It holds something that this plan may neither use nor drop.</exception>
    public static DatabaseSettings? Admit(DatabaseFacts target, StepContext context, bool replaces)
    {
        if (target.LedgerPlan is { } plan && plan != context.Plan.Name)
        {
            throw new StepFailedException(HandlerDiagnostics.OtherPlan(context.Mapping.Address, plan), FailureClass.Permanent);
        }

        // A ledger of this plan: an earlier attempt filled it, and the run goes on from there.
        if (target.LedgerPlan is not null || (target.IsEmpty && !(replaces && target.HasExtensions)))
        {
            return target.Settings;
        }

        return replaces
            ? null
            : throw new StepFailedException(HandlerDiagnostics.TargetNotEmpty(context.Mapping.Address), FailureClass.Permanent);
    }
}
