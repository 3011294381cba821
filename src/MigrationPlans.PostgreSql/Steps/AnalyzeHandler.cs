using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Collects statistics: large tables each on their own, largest first; small ones many in a statement.</summary>
public sealed class AnalyzeHandler(PostgresConnector connector) : PostgresStepHandler<AnalyzeStep>(connector)
{
    private const long LargeBytes = 1 << 20;

    private const int SmallPerStatement = 50;

    protected override async Task<StepObservation> LookAsync(AnalyzeStep step, StepContext context, CancellationToken cancellationToken)
    {
        var tables = await ReadAsync(context, cancellationToken);
        var left = tables.Count(table => table is { IsAnalyzed: false, IsOurs: true });
        return left == 0 ? StepObservation.Done($"{tables.Length} tables have statistics") : StepObservation.NotDone($"{left} tables have no statistics");
    }

    protected override async Task<StepResult> DoAsync(AnalyzeStep step, StepContext context, CancellationToken cancellationToken)
    {
        var tables = await ReadAsync(context, cancellationToken);
        var borrowed = await BorrowAsync(context, tables, cancellationToken);
        var analysis = new TableAnalysis();
        try
        {
            using var graph = new WorkGraph([.. Items(analysis, tables.Where(table => table.IsOurs || borrowed.Contains(table.Owner)))]);
            await graph.RunAsync(context.Parallelism, token => OpenTargetAsync(context, token), context.Stopping, cancellationToken);
        }
        finally
        {
            await GiveBackAsync(context, borrowed);
        }

        var skipped = tables.Where(table => !table.IsOurs && !borrowed.Contains(table.Owner)).ToList();
        var address = context.Mapping.Address;
        return new StepResult($"{tables.Length - skipped.Count - analysis.Refused.Count} tables analyzed")
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

    private static IEnumerable<WorkItem> Items(TableAnalysis analysis, IEnumerable<Table> tables)
    {
        var bySize = tables.ToLookup(table => table.Bytes >= LargeBytes);
        var groups = bySize[true].Select(table => new[] { table }).Concat(bySize[false].OrderByDescending(table => table.Bytes).Chunk(SmallPerStatement));
        return groups.Select(group => new WorkItem
        {
            Key = SqlText.Qualified(group[0].Schema, group[0].Name),
            Weight = group.Sum(table => table.Bytes),
            RunAsync = (target, token) =>
                analysis.RunAsync(target, [.. group.Select(table => SqlText.Qualified(table.Schema, table.Name))], token),
        });
    }

    /// <summary>ANALYZE skips tables of others: a login that is no superuser joins their owners meanwhile, where it may.</summary>
    private async Task<ImmutableArray<string>> BorrowAsync(StepContext context, ImmutableArray<Table> tables, CancellationToken cancellationToken)
    {
        var owners = tables.Where(table => !table.IsOurs).Select(table => table.Owner).Distinct(StringComparer.Ordinal).ToList();
        if (owners.Count == 0)
        {
            return [];
        }

        var borrowed = ImmutableArray.CreateBuilder<string>();
        await using var target = await OpenTargetAsync(context, cancellationToken);
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        foreach (var owner in owners)
        {
            var isMember = await target.QueryAsync($"SELECT {Membership.IsThere(target, "$1::pg_catalog.name")}", row => row.GetBoolean(0), cancellationToken, owner);
            if (!isMember[0] && await target.TryAsync(Membership.Join(target, owner), cancellationToken) is null)
            {
                borrowed.Add(owner);
            }
        }

        if (borrowed.Count > 0 && await TargetLedger.ExistsAsync(target, cancellationToken))
        {
            // Should this run die before it gives them back, the end of the database does.
            await TargetLedger.RecordEntriesAsync(target, [.. borrowed.Select(TemporaryGrants.Note)], cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return borrowed.ToImmutable();
    }

    private async Task GiveBackAsync(StepContext context, ImmutableArray<string> borrowed)
    {
        if (!borrowed.IsEmpty)
        {
            await using var target = await OpenTargetAsync(context, CancellationToken.None);
            await target.ExecuteAsync(Membership.Leave(borrowed), CancellationToken.None);
        }
    }

    private async Task<ImmutableArray<Table>> ReadAsync(StepContext context, CancellationToken cancellationToken)
    {
        var filter = SelectionFilter.For(context.Mapping);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var all = await target.QueryAsync(
            EmbeddedSql.Load("analyzable.sql"),
            row => new Table(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetBoolean(3), row.GetString(4), row.GetBoolean(5)),
            cancellationToken);
        return [.. all.Where(table => filter.PicksTable(table.Schema, table.Name))];
    }

    /// <param name="IsOurs">The login may analyze it.</param>
    private sealed record Table(string Schema, string Name, long Bytes, bool IsOurs, string Owner, bool IsAnalyzed);
}
