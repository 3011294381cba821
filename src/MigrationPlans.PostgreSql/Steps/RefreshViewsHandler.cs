using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Scheduling;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Fills the picked materialized views that are populated on the source; independent ones at once, each after those it reads.</summary>
public sealed class RefreshViewsHandler(PostgresConnector connector) : PostgresStepHandler<RefreshViewsStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(RefreshViewsStep step, StepContext context, CancellationToken cancellationToken)
    {
        var views = await ReadAsync(context, cancellationToken);
        var empty = views.Where(view => !view.IsPopulated).ToList();
        return empty.Count == 0
            ? StepObservation.Done($"{views.Length} materialized views are filled")
            : StepObservation.NotDone($"{empty.Count} of {views.Length} materialized views are not filled, {empty[0].Schema}.{empty[0].Name} among them");
    }

    protected override async Task<StepResult> DoAsync(RefreshViewsStep step, StepContext context, CancellationToken cancellationToken)
    {
        var empty = (await ReadAsync(context, cancellationToken)).Where(view => !view.IsPopulated).ToList();
        var items = empty.Select(view => new WorkItem
        {
            Key = view.Key,
            DependsOn = view.DependsOn,
            RunAsync = (target, token) => RefreshAsync(target, view, token),
        });
        using var graph = new WorkGraph([.. items]);
        await graph.RunAsync(context.Parallelism, token => OpenTargetAsync(context, token), context.Stopping, cancellationToken);
        return new StepResult($"{empty.Count} materialized views filled");
    }

    private static async Task RefreshAsync(NpgsqlConnection target, MaterializedView view, CancellationToken cancellationToken)
    {
        try
        {
            await target.ExecuteAsync($"REFRESH MATERIALIZED VIEW {view.Key}", cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, $"materialized view {view.Schema}.{view.Name}");
        }
    }

    /// <summary>The views to fill, as they are on the target now.</summary>
    private async Task<ImmutableArray<MaterializedView>> ReadAsync(StepContext context, CancellationToken cancellationToken)
    {
        var filter = SelectionFilter.For(context.Mapping);
        await using var source = await OpenSourceAsync(context, cancellationToken);
        var wanted = (await MaterializedViews.ReadAsync(source, cancellationToken))
            .Where(view => view.IsPopulated && filter.PicksRows(view.Schema, view.Name))
            .Select(view => view.Key)
            .ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0)
        {
            return [];
        }

        await using var target = await OpenTargetAsync(context, cancellationToken);
        return [.. (await MaterializedViews.ReadAsync(target, cancellationToken)).Where(view => wanted.Contains(view.Key))];
    }
}
