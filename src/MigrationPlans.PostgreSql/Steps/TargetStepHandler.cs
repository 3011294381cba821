using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>A handler whose effect is in the target database.</summary>
public abstract class TargetStepHandler<TStep>(PostgresConnector connector) : PostgresStepHandler<TStep>(connector)
    where TStep : Step
{
    protected sealed override async Task SettleAsync(TStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        await WriteAheadLog.FlushAsync(target, cancellationToken);
    }
}
