using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Memberships;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Statistics;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Collects statistics: large tables each on their own, largest first; small ones many in a statement. Where the mapping says so and the
/// target can be told, tables get those of the source, and what these lack is collected.
/// </summary>
public sealed class AnalyzeHandler(PostgresConnector connector) : TargetStepHandler<AnalyzeStep>(connector)
{
    private const long LargeBytes = 1 << 20;

    private const int SmallPerStatement = 50;

    private const int TablesPerTransfer = 100;

    protected override async Task<StepObservation> LookAsync(AnalyzeStep step, StepContext context, CancellationToken cancellationToken)
    {
        var (tables, _) = await ReadAsync(context, cancellationToken);
        var left = tables.Count(table => table is { HasStatistics: false, IsOurs: true });
        return left == 0
            ? StepObservation.Done($"{Counts.Of(tables.Length, "table has", "tables have")} statistics")
            : StepObservation.NotDone($"{Counts.Of(left, "table has", "tables have")} no statistics");
    }

    protected override async Task<StepResult> DoAsync(AnalyzeStep step, StepContext context, CancellationToken cancellationToken)
    {
        var (tables, isTold) = await ReadReachableAsync(context, cancellationToken);
        var reachable = tables.Where(table => table.IsOurs).ToImmutableArray();
        var analysis = new TableAnalysis(token => OpenTargetAsync(context, token), byPartition: isTold);
        var left = reachable;
        if (isTold)
        {
            await RunAsync(Transfers(context, reachable), context, cancellationToken);
            left = [.. (await ReadAsync(context, cancellationToken)).Tables.Where(table => table is { IsOurs: true, HasStatistics: false })];
        }

        await RunAsync(Analyses(analysis, left), context, cancellationToken);
        var skipped = tables.Where(table => !table.IsOurs).ToList();
        var address = context.Mapping.Address;
        var analyzed = $"{Counts.Of(left.Length - analysis.Refused.Count, "table")} analyzed";
        return new StepResult(
            isTold ? $"{Counts.Of(reachable.Length - left.Length, "table has", "tables have")} the source's statistics, {analyzed}" : analyzed)
        {
            Notes =
            [
                .. skipped.Take(1).Select(first => HandlerDiagnostics.NotAnalyzed(address, $"{first.Schema}.{first.Name}", skipped.Count)),
                .. analysis.Refused.Take(1).Select(first => AnalyzeDiagnostics.AnalyzeRefused(address, first.Table, first.Reason, analysis.Refused.Count)),
            ],
        };
    }

    /// <summary>ANALYZE did it or failed; before 15 the server's own record of it lags behind.</summary>
    protected override Task CheckAsync(AnalyzeStep step, StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RunAsync(IEnumerable<WorkItem> items, StepContext context, CancellationToken cancellationToken)
    {
        using var graph = new WorkGraph([.. items]);
        await graph.RunAsync(context.Parallelism, token => OpenTargetAsync(context, token), context.Stopping, cancellationToken);
    }

    private IEnumerable<WorkItem> Transfers(StepContext context, IEnumerable<AnalyzableTable> tables)
    {
        var transfer = new StatisticsTransfer(token => OpenSourceAsync(context, token));
        return tables.Where(table => table is { IsFilled: true, HasStatistics: false }).Chunk(TablesPerTransfer).Select(group => new WorkItem
        {
            Key = group[0].Quoted,
            RunAsync = (target, token) => transfer.RunAsync(target, group, token),
        });
    }

    private static IEnumerable<WorkItem> Analyses(TableAnalysis analysis, IEnumerable<AnalyzableTable> tables)
    {
        var bySize = tables.ToLookup(table => table.Bytes >= LargeBytes);
        var groups = bySize[true].Select(table => new[] { table }).Concat(bySize[false].OrderByDescending(table => table.Bytes).Chunk(SmallPerStatement));
        return groups.Select(group => new WorkItem
        {
            Key = group[0].Quoted,
            Weight = group.Sum(table => table.Bytes),
            RunAsync = (target, token) => analysis.RunAsync(target, [.. group.Select(table => table.Quoted)], token),
        });
    }

    /// <summary>
    /// ANALYZE skips tables of others: a login that is no superuser joins their owners, where it may. Like all memberships of a run, these end with the
    /// database; another database that has begun meanwhile relies on them.
    /// </summary>
    private async Task<(ImmutableArray<AnalyzableTable> Tables, bool IsTold)> ReadReachableAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (tables, isTold) = await ReadAsync(context, cancellationToken);
        string[] owners = [.. tables.Where(table => !table.IsOurs).Select(table => table.Owner).Distinct(StringComparer.Ordinal)];
        if (owners.Length == 0)
        {
            return (tables, isTold);
        }

        var memberships = new TemporaryMemberships(Connector, context.Manifest, context.Mapping.To);
        await context.RecordCreatedAsync(memberships.Resource);
        await using (await memberships.TakeTurnAsync(cancellationToken))
        {
            await using var target = await OpenTargetAsync(context, cancellationToken);
            await new NotedMemberships(target, context.Mapping.To.ToString()).JoinWhereAllowedAsync(owners, cancellationToken);
        }

        return await ReadAsync(context, cancellationToken);
    }

    /// <returns>The tables, and whether they can get the source's statistics.</returns>
    private async Task<(ImmutableArray<AnalyzableTable> Tables, bool IsTold)> ReadAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var isTold = context.Mapping.Statistics == StatisticsPolicy.Copy && target.PostgreSqlVersion.Major >= StatisticsTransfer.FirstVersion;
        return (await AnalyzableTable.ReadAsync(target, SelectionFilter.For(context.Mapping), byPartition: isTold, cancellationToken), isTold);
    }
}
