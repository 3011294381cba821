using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Copy;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Snapshots;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Fills the picked materialized views that are populated on the source; independent ones at once, each after those it reads.</summary>
public sealed class RefreshViewsHandler(PostgresConnector connector, SourceSnapshots snapshots) : TargetStepHandler<RefreshViewsStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(RefreshViewsStep step, StepContext context, CancellationToken cancellationToken)
    {
        var views = await ReadAsync(context, cancellationToken);
        var empty = views.Where(view => !view.IsPopulated).ToList();
        if (empty.Count == 0 && views.Length > 0 && await MovedSequencesAsync(context, cancellationToken) is [var moved, ..] all)
        {
            return StepObservation.NotDone(
                $"{Counts.Of(all.Length, "sequence")} {Counts.Word(all.Length, "differs", "differ")}, {moved.Schema}.{moved.Name} among them");
        }

        return empty.Count == 0
            ? StepObservation.Done($"{Counts.Of(views.Length, "materialized view is", "materialized views are")} filled")
            : StepObservation.NotDone($"{empty.Count} of {Counts.Of(views.Length, "materialized view")} {Counts.Word(empty.Count, "is", "are")} not filled, {empty[0].Schema}.{empty[0].Name} among them");
    }

    /// <summary>
    /// What a view reads through a function is in no catalog: a view that comes too early waits until the others of its round are
    /// filled, as long as a round fills any.
    /// </summary>
    protected override async Task<StepResult> DoAsync(RefreshViewsStep step, StepContext context, CancellationToken cancellationToken)
    {
        // Views must not show what a crash left of their tables.
        await new UnloggedRefill(Connector, snapshots).RunAsync(context, cancellationToken);
        var empty = (await ReadAsync(context, cancellationToken)).Where(view => !view.IsPopulated).ToImmutableArray();
        var settings = await ReadSettingsAsync(context, cancellationToken);
        var notes = ImmutableArray.CreateBuilder<Diagnostic>();
        for (var left = empty; left.Length > 0;)
        {
            var failures = await RefreshAllAsync(left, settings, context, cancellationToken);
            var isRefused = left.ToLookup(view => failures.GetValueOrDefault(view.Key)?.SqlState == PostgresErrorCodes.InsufficientPrivilege);
            var filled = await RefreshLentAsync([.. isRefused[true]], settings, context, notes, cancellationToken);
            var early = left.Where(view => failures.ContainsKey(view.Key) && !filled.Contains(view)).ToImmutableArray();
            if (early.Length == left.Length)
            {
                throw Translate(failures[left[0].Key], left[0]);
            }

            left = early;
        }

        await using var target = await OpenTargetAsync(context, cancellationToken);
        await Sequences.SetAsync(target, await MovedSequencesAsync(context, cancellationToken), cancellationToken);
        return new StepResult($"{Counts.Of(empty.Length, "materialized view")} filled") { Notes = notes.ToImmutable() };
    }

    /// <summary>An unfenced source goes on counting.</summary>
    protected override async Task CheckAsync(RefreshViewsStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (context.Mapping.Fence != Fence.None || (await ReadAsync(context, cancellationToken)).Any(view => !view.IsPopulated))
        {
            await base.CheckAsync(step, context, cancellationToken);
        }
    }

    /// <summary>A view's query may draw numbers, from any sequence; a query that reads where one stands wants it set before.</summary>
    private async Task<ImmutableArray<SequenceValue>> MovedSequencesAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        return (await Sequences.CompareAsync(source, target, context.Mapping, onlyOfExtensions: false, cancellationToken)).Behind;
    }

    private async Task<ComputingSettings> ReadSettingsAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        return await ComputingSettings.ReadAsync(Connector, context, target, cancellationToken);
    }

    /// <returns>By key, those that read another one that is not filled yet, and those whose owner may not read what they name.</returns>
    private async Task<ConcurrentDictionary<string, PostgresException>> RefreshAllAsync(
        ImmutableArray<MaterializedView> views, ComputingSettings settings, StepContext context, CancellationToken cancellationToken)
    {
        var failures = new ConcurrentDictionary<string, PostgresException>(StringComparer.Ordinal);
        var items = views.Select(view => new WorkItem
        {
            Key = view.Key,
            DependsOn = view.DependsOn,
            RunAsync = (target, token) => RefreshAsync(target, view, failures, token),
        });
        using var graph = new WorkGraph([.. items]);
        await graph.RunAsync(context.Parallelism, token => settings.ApplyAsync(OpenTargetAsync(context, token), token), context.Stopping, cancellationToken);
        return failures;
    }

    /// <summary>One after the other: they may need rights to the same table.</summary>
    /// <returns>Those that are filled; the others read one that is not filled yet.</returns>
    private async Task<ImmutableArray<MaterializedView>> RefreshLentAsync(
        ImmutableArray<MaterializedView> views,
        ComputingSettings settings,
        StepContext context,
        ImmutableArray<Diagnostic>.Builder notes,
        CancellationToken cancellationToken)
    {
        if (views.IsEmpty)
        {
            return [];
        }

        var filled = ImmutableArray.CreateBuilder<MaterializedView>();
        await using var target = await settings.ApplyAsync(OpenTargetAsync(context, cancellationToken), cancellationToken);
        foreach (var view in views)
        {
            try
            {
                var lent = await LentReading.UseAsync(target, view.Key, Refresh(view), cancellationToken);
                notes.AddRange(lent.Select(pair => MaterializedViewDiagnostics.ReadingLent($"{view.Schema}.{view.Name}", pair.Reader, pair.Relation)));
                filled.Add(view);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ObjectNotInPrerequisiteState)
            {
                // Comes again with the next round.
            }
            catch (NpgsqlException exception)
            {
                throw Translate(exception, view);
            }
        }

        return filled.ToImmutable();
    }

    /// <summary>One message or one transaction: the setting ends with it.</summary>
    private static string Refresh(MaterializedView view)
    {
        var filter = view.IsFiltered ? "SELECT pg_catalog.set_config('row_security', 'on', true); " : "";
        return $"{filter}REFRESH MATERIALIZED VIEW {view.Key}";
    }

    private static async Task RefreshAsync(
        NpgsqlConnection target, MaterializedView view, ConcurrentDictionary<string, PostgresException> failures, CancellationToken cancellationToken)
    {
        try
        {
            await target.ExecuteAsync(Refresh(view), cancellationToken);
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.ObjectNotInPrerequisiteState or PostgresErrorCodes.InsufficientPrivilege)
        {
            failures[view.Key] = exception;
        }
        catch (NpgsqlException exception)
        {
            throw Translate(exception, view);
        }
    }

    private static StepFailedException Translate(NpgsqlException exception, MaterializedView view)
    {
        var name = $"{view.Schema}.{view.Name}";
        var failure = PostgresErrors.Translate(exception, $"materialized view {name}");
        return exception is PostgresException server && failure is { FailureClass: FailureClass.Permanent, Diagnostic.Code: "MP6003" }
            ? new StepFailedException(
                MaterializedViewDiagnostics.ViewNotFilled(name, server.SqlState, server.MessageText, server.Detail),
                FailureClass.Permanent,
                exception)
            : failure;
    }

    /// <summary>
    /// The views to fill, as they are on the target now. Only where row security filters on the source it may here: an owner that saw all rows
    /// there, and would not here, is refused by the server.
    /// </summary>
    private async Task<ImmutableArray<MaterializedView>> ReadAsync(StepContext context, CancellationToken cancellationToken)
    {
        var filter = SelectionFilter.For(context.Mapping);
        await using var source = await OpenSourceAsync(context, cancellationToken);
        var views = await MaterializedViews.ReadAsync(source, cancellationToken);
        var left = MaterializedViews.FindUnfilled(views, filter);
        var wanted = views
            .Where(view => view.IsPopulated && !left.Contains(view.Key))
            .ToDictionary(view => view.Key, StringComparer.Ordinal);
        if (wanted.Count == 0)
        {
            return [];
        }

        await using var target = await OpenTargetAsync(context, cancellationToken);
        return [.. (await MaterializedViews.ReadAsync(target, cancellationToken))
            .Where(view => wanted.ContainsKey(view.Key))
            .Select(view => view with { IsFiltered = wanted[view.Key].IsFiltered })];
    }
}
