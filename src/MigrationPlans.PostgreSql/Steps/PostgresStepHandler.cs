using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>A handler that works over PostgreSQL connections; translates the driver's exceptions at one place.</summary>
public abstract class PostgresStepHandler<TStep>(PostgresConnector connector) : StepHandler<TStep>
    where TStep : Step
{
    protected PostgresConnector Connector { get; } = connector;

    protected sealed override Task<StepObservation> ObserveAsync(TStep step, StepContext context, CancellationToken cancellationToken) =>
        TranslateAsync(step, async () =>
        {
            await AdmitAsync(context, cancellationToken);
            var observation = await LookAsync(step, context, cancellationToken);
            if (observation.IsDone)
            {
                await SettleAsync(step, context, cancellationToken);
            }

            return observation;
        });

    protected sealed override Task<StepResult> ActAsync(TStep step, StepContext context, CancellationToken cancellationToken) =>
        TranslateAsync(step, () => DoAsync(step, context, cancellationToken));

    protected sealed override Task VerifyAsync(TStep step, StepContext context, CancellationToken cancellationToken) =>
        TranslateAsync(step, async () =>
        {
            await SettleAsync(step, context, cancellationToken);
            await CheckAsync(step, context, cancellationToken);
            return true;
        });

    protected abstract Task<StepObservation> LookAsync(TStep step, StepContext context, CancellationToken cancellationToken);

    protected abstract Task<StepResult> DoAsync(TStep step, StepContext context, CancellationToken cancellationToken);

    /// <summary>Default: looking again must say done.</summary>
    protected virtual async Task CheckAsync(TStep step, StepContext context, CancellationToken cancellationToken)
    {
        var observation = await LookAsync(step, context, cancellationToken);
        if (!observation.IsDone)
        {
            throw StepFailedException.EffectMissing(step, observation.Finding);
        }
    }

    /// <summary>Refuses a server or database that the step may not even look at as its own. Default: none.</summary>
    protected virtual Task AdmitAsync(StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Makes what was done or found outlast a crash of the server, before it is journaled. Default: the server did so itself.</summary>
    protected virtual Task SettleAsync(TStep step, StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    protected Task<NpgsqlConnection> OpenSourceAsync(StepContext context, CancellationToken cancellationToken) =>
        Connector.OpenAsync(Sides.Source(context), context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken);

    protected Task<NpgsqlConnection> OpenTargetAsync(StepContext context, CancellationToken cancellationToken) =>
        Connector.OpenAsync(Sides.Target(context), context.Mapping.To.Database, SessionKind.Target, cancellationToken);

    /// <summary>For what concerns the whole server, not one database.</summary>
    protected Task<NpgsqlConnection> OpenTargetServerAsync(StepContext context, CancellationToken cancellationToken) =>
        MaintenanceDatabase.OpenAsync(Connector, Sides.Target(context), context.Mapping.To.Database, SessionKind.Target, cancellationToken);

    private static async Task<T> TranslateAsync<T>(TStep step, Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, step.Id);
        }
        catch (DiagnosticException exception)
        {
            throw new StepFailedException(exception.Diagnostic, exception.IsTransient ? FailureClass.Transient : FailureClass.Permanent, exception);
        }
    }
}
