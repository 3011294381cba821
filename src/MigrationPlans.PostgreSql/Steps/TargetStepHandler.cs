using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>A handler that fills the target database, once it is created and marked as this plan's.</summary>
public abstract class TargetStepHandler<TStep>(PostgresConnector connector) : PostgresStepHandler<TStep>(connector)
    where TStep : Step
{
    /// <summary>Somebody may have put another database in its place since.</summary>
    protected sealed override async Task AdmitAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        await TargetLedger.RequireAsync(target, context.Plan.Name, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
    }

    protected sealed override async Task SettleAsync(TStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        await WriteAheadLog.FlushAsync(target, cancellationToken);
    }
}
