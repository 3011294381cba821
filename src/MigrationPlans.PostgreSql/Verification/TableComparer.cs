using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Compares the rows of all picked tables, both sides at once.</summary>
internal sealed class TableComparer(
    Func<CancellationToken, Task<NpgsqlConnection>> openSource, Func<CancellationToken, Task<NpgsqlConnection>> openTarget, DatabaseMapping mapping)
{
    public async Task<ImmutableArray<TableComparison>> CompareAsync(
        ImmutableArray<VerifiedTable> source, ImmutableArray<VerifiedTable> target, bool hashes, int parallelism, CancellationToken cancellationToken)
    {
        var filter = SelectionFilter.For(mapping);
        var there = target.ToDictionary(table => table.Key);
        var picked = source.Where(table => filter.PicksRows(table.Schema, table.Name)).ToList();
        var pairs = picked.Where(table => there.ContainsKey(table.Key)).Select(table => (Source: table, Target: there[table.Key])).ToList();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reads = new[]
        {
            new RowSums(openSource, mapping.From.ToString()).ReadAsync([.. picked.Select(table => (table, Query(table, Shared(table, there), hashes)))], parallelism, failed.Token),
            new RowSums(openTarget, mapping.To.ToString()).ReadAsync([.. pairs.Select(pair => (pair.Target, Query(pair.Target, Ordered(pair), hashes)))], parallelism, failed.Token),
        };
        foreach (var read in reads)
        {
            _ = read.ContinueWith(_ => failed.Cancel(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        var sums = await WhenAllAsync(reads);
        var comparisons = picked.Select(table => Compare(table, sums[0][table.Key], sums[1].GetValueOrDefault(table.Key))).ToList();
        return [.. await Task.WhenAll(comparisons.Zip(picked, (comparison, table) => FreshenAsync(comparison, table, there, hashes, cancellationToken)))];
    }

    /// <summary>The first failure that is none of our own cancelling.</summary>
    private static async Task<T[]> WhenAllAsync<T>(Task<T>[] tasks)
    {
        try
        {
            return await Task.WhenAll(tasks);
        }
        catch (OperationCanceledException) when (tasks.FirstOrDefault(task => task.IsFaulted) is { } faulted)
        {
            await faulted;
            throw;
        }
    }

    private static TableComparison Compare(VerifiedTable table, RowSum source, RowSum? target) =>
        new(table.Schema, table.Name, source.Rows, target?.Rows ?? -1, source.Hash, target?.Hash);

    /// <summary>
    /// A materialized view on the source may be older than its tables, and the target's is fresh: where they differ, what counts
    /// is what the source's would hold now.
    /// </summary>
    private async Task<TableComparison> FreshenAsync(
        TableComparison comparison, VerifiedTable table, Dictionary<(string Schema, string Name), VerifiedTable> there, bool hashes, CancellationToken cancellationToken)
    {
        if (comparison.IsEqual || !table.IsMaterializedView || comparison.TargetRows < 0)
        {
            return comparison;
        }

        await using var connection = await openSource(cancellationToken);
        var definitions = await connection.QueryAsync(
            "SELECT pg_catalog.pg_get_viewdef($1::pg_catalog.regclass)", row => row.GetString(0), cancellationToken, SqlText.Qualified(table.Schema, table.Name));
        var fresh = $"({definitions[0].TrimEnd().TrimEnd(';')})";
        var query = hashes ? RowHash.Select(fresh, Shared(table, there)) : $"SELECT pg_catalog.count(*) FROM {fresh} AS t";
        var sums = await connection.QueryAsync(query, row => new RowSum(row.GetInt64(0), hashes ? row.GetString(1) : null), cancellationToken);
        var refreshed = comparison with { SourceRows = sums[0].Rows, SourceHash = sums[0].Hash };
        return refreshed.IsEqual ? refreshed : comparison;
    }

    private static string Query(VerifiedTable table, IEnumerable<RowHashColumn> columns, bool hashes) =>
        hashes ? RowHash.Select(table.From, columns) : $"SELECT pg_catalog.count(*) FROM {table.From}";

    /// <summary>Columns that both sides have, in the source's order; a missing one is a difference between objects.</summary>
    private static IEnumerable<RowHashColumn> Shared(VerifiedTable table, Dictionary<(string Schema, string Name), VerifiedTable> there)
    {
        var names = there.TryGetValue(table.Key, out var target) ? target.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal) : [];
        return table.Columns.Where(column => names.Contains(column.Name));
    }

    private static IEnumerable<RowHashColumn> Ordered((VerifiedTable Source, VerifiedTable Target) pair)
    {
        var own = pair.Target.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        return pair.Source.Columns.Where(column => own.ContainsKey(column.Name)).Select(column => own[column.Name]);
    }
}
