using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Compares the rows of all picked tables, both sides at once, each at one moment.</summary>
/// <param name="readSettings">What the source's ordinary sessions compute by, where that is needed.</param>
/// <param name="hash">Null: rows are only counted.</param>
internal sealed class TableComparer(
    SharedSnapshot sourceSnapshot,
    SharedSnapshot targetSnapshot,
    Func<CancellationToken, Task<ComputingSettings>> readSettings,
    DatabaseMapping mapping,
    RowHash? hash,
    int parallelism,
    Action<StepProgress> report)
{
    public async Task<RowsCompared> CompareAsync(
        ImmutableArray<VerifiedTable> source, ImmutableArray<VerifiedTable> target, CancellationToken cancellationToken)
    {
        var picked = new TablePairing(source, target).Pair(mapping).ToLookup(pair => pair.Unreadable is null);
        var pairs = picked[true].ToList();
        var sums = await ReadAsync(pairs, pair => pair.Columns, cancellationToken);
        var tooLong = pairs.Where(pair => sums.TooLong.ContainsKey(pair.Source.Id)).ToList();
        var again = tooLong.Count == 0 ? null : await ReadAsync(tooLong, pair => pair.ShortenedColumns, cancellationToken);
        var read = pairs.Where(pair => again is null || !again.TooLong.ContainsKey(pair.Source.Id)).ToList();
        var comparisons = read.Select(pair => Compare(pair, sums.TooLong.ContainsKey(pair.Source.Id) ? again! : sums)).ToList();
        var refined = await RefineAsync(comparisons, read, cancellationToken);
        // The target's version of the extension does without it, and nobody put anything into it: what it holds on the source is the extension's own.
        var derived = refined.Zip(read)
            .Where(pair => pair is not { First.SourceRows: 0, Second: { Source.Extension: not null, Target: null } })
            .ToLookup(pair => IsDerived(pair.First, pair.Second), pair => pair.First);
        return new RowsCompared(
            [.. derived[false]],
            [
                .. picked[false].Select(pair => new UncomparedRows(pair.Source.Schema, pair.Source.Name, pair.Unreadable!)),
                .. (again?.TooLong ?? ImmutableDictionary<(string Schema, string Name), string>.Empty).Select(table => new UncomparedRows(
                    table.Key.Schema, table.Key.Name, $"a row of it can't be read in one piece: {table.Value}")),
            ],
            [.. derived[true].Select(LeaveOut)]);
    }

    /// <summary>
    /// What a materialized view holds follows from its query and tables, which are compared by themselves. Where it still differs, its query asks for the time
    /// or takes rows as they lie, or it reads another one that is stale on the source: nobody could make it equal. One without any row,
    /// where the source has some, is more likely one whose owner sees none.
    /// </summary>
    private static bool IsDerived(TableComparison comparison, TablePair pair) =>
        pair.Source.IsMaterializedView
        && !comparison.HasEqualRows
        && !comparison.IsStaleOnTarget
        && comparison.TargetRows >= 0
        && comparison is not { SourceRows: > 0, TargetRows: 0 }
        && comparison.LoneColumns.IsEmpty;

    private static LeftOutDifference LeaveOut(TableComparison view) => new(
        "materialized view",
        $"{view.Schema}.{view.Name}",
        Rows(view.SourceRows),
        Rows(view.TargetRows),
        (view.SourceRows == view.TargetRows ? "with other content; " : "") + (view.RowsUnknown is { } why
            ? $"it may be stale on one side, and its query can't be run to find out: {why}"
            : "it was refreshed at another time, and its query asks for the time or the order of rows, or reads a view that is stale on the source"));

    private static string Rows(long rows) => Counts.Of(rows, "row");

    private async Task<Sums> ReadAsync(List<TablePair> pairs, Func<TablePair, ImmutableArray<RowHashColumn>> columnsOf, CancellationToken cancellationToken)
    {
        var progress = new ReadProgress(report);
        var (onSource, onTarget) = (new RowSums(sourceSnapshot, progress), new RowSums(targetSnapshot, progress));
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reads = new[]
        {
            onSource.ReadAsync([.. pairs.Select(pair => new TableRead(pair.Source, hash, columnsOf(pair)))], parallelism, failed.Token),
            onTarget.ReadAsync(
                [.. pairs.Where(pair => pair.Target is not null).Select(pair => new TableRead(pair.Target!, hash, columnsOf(pair)))],
                parallelism,
                failed.Token),
        };
        foreach (var read in reads)
        {
            _ = read.ContinueWith(_ => failed.Cancel(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        var sums = await WhenAllAsync(reads);
        return new Sums(sums[0], sums[1], onTarget.TooLong.Concat(onSource.TooLong).DistinctBy(table => table.Key).ToImmutableDictionary());
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

    private static TableComparison Compare(TablePair pair, Sums sums)
    {
        var (source, target) = (sums.Source[pair.Source.Id], sums.Target.GetValueOrDefault(pair.Source.Id));
        return new TableComparison(pair.Source.Schema, pair.Source.Name, source.Rows, target?.Rows ?? -1, source.Hash, target?.Hash)
        {
            LoneColumns = pair.LoneColumns,
        };
    }

    /// <summary>As many at once as there may be connections: all tables can differ.</summary>
    private async Task<TableComparison[]> RefineAsync(List<TableComparison> comparisons, List<TablePair> pairs, CancellationToken cancellationToken)
    {
        var refined = new TableComparison[comparisons.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, refined.Length, options, async (i, token) => refined[i] = await RefineAsync(comparisons[i], pairs[i], token));
        return refined;
    }

    private async Task<TableComparison> RefineAsync(TableComparison comparison, TablePair pair, CancellationToken cancellationToken)
    {
        if (comparison.HasEqualRows || comparison.TargetRows < 0)
        {
            return comparison;
        }

        try
        {
            return pair switch
            {
                { Source.IsMaterializedView: true } => await FreshenAsync(comparison, pair, cancellationToken),
                { Key.IsEmpty: false } when hash is not null => comparison with
                {
                    Rows = await new RowNarrowing(sourceSnapshot, targetSnapshot, pair, hash).FindAsync(comparison.SourceRows, cancellationToken),
                },
                _ => comparison,
            };
        }
        catch (StepFailedException failed)
            when (failed.InnerException is PostgresException server && (failed.FailureClass == FailureClass.Permanent || IsOfTheQuestion(server, pair)))
        {
            // The difference is known; only more of it can't be.
            return comparison with { RowsUnknown = ((PostgresException)failed.InnerException!).MessageText };
        }
    }

    /// <summary>
    /// What would pass elsewhere does not pass here: a view's query may write, which our transactions don't, and a tree may have more
    /// partitions than one query can lock.
    /// </summary>
    private static bool IsOfTheQuestion(PostgresException server, TablePair pair) =>
        server.SqlState == (pair.Source.IsMaterializedView ? PostgresErrorCodes.ReadOnlySqlTransaction : PostgresErrorCodes.OutOfMemory);

    /// <summary>
    /// A materialized view on the source may be older than its tables, and the target's is fresh: where they differ, what counts
    /// is what the source's would hold now. Where the source's holds just that, and the target's would and does not,
    /// it is the one that is stale.
    /// </summary>
    private async Task<TableComparison> FreshenAsync(TableComparison comparison, TablePair pair, CancellationToken cancellationToken)
    {
        // The target's rows are hashed again: the text of a value is another by these settings, and one of the source's own is hashed under them too.
        var settings = await readSettings(cancellationToken);
        var sums = await Task.WhenAll(
            sourceSnapshot.ReadAsync(connection => SumQueryAsync(connection, settings, pair.Source, pair, cancellationToken), cancellationToken),
            targetSnapshot.ReadAsync(connection => SumAsync(connection, settings, pair.Target!.From, pair, cancellationToken), cancellationToken));
        var refreshed = comparison with { SourceRows = sums[0].Rows, SourceHash = sums[0].Hash, TargetRows = sums[1].Rows, TargetHash = sums[1].Hash };
        if (refreshed.HasEqualRows)
        {
            return refreshed;
        }

        var others = await Task.WhenAll(
            sourceSnapshot.ReadAsync(connection => SumAsync(connection, settings, pair.Source.From, pair, cancellationToken), cancellationToken),
            targetSnapshot.ReadAsync(connection => SumQueryAsync(connection, settings, pair.Target!, pair, cancellationToken), cancellationToken));
        return comparison with { IsStaleOnTarget = others.All(sum => sum == sums[0]) };
    }

    /// <summary>What the view's query gives at the moment.</summary>
    private async Task<RowSum> SumQueryAsync(
        NpgsqlConnection connection, ComputingSettings settings, VerifiedTable view, TablePair pair, CancellationToken cancellationToken)
    {
        var definitions = await connection.QueryAsync(
            "SELECT pg_catalog.pg_get_viewdef($1::pg_catalog.regclass)", row => row.GetString(0), cancellationToken, SqlText.Qualified(view.Schema, view.Name));
        return await SumAsync(connection, settings, $"({definitions[0].TrimEnd().TrimEnd(';')})", pair, cancellationToken);
    }

    private async Task<RowSum> SumAsync(NpgsqlConnection side, ComputingSettings settings, string rows, TablePair pair, CancellationToken cancellationToken)
    {
        await side.ExecuteAsync(settings.LocalSql, cancellationToken);
        var query = hash is not null ? hash.Select(rows, pair.Columns) : $"SELECT pg_catalog.count(*) FROM {rows} AS t";
        var sums = await side.QueryAsync(query, row => new RowSum(row.GetInt64(0), hash is not null ? row.GetString(1) : null), cancellationToken);
        return sums[0];
    }

    /// <param name="TooLong">Tables that have a row which is too long on one of the sides, and that server's words.</param>
    private sealed record Sums(
        IReadOnlyDictionary<(string Schema, string Name), RowSum> Source,
        IReadOnlyDictionary<(string Schema, string Name), RowSum> Target,
        ImmutableDictionary<(string Schema, string Name), string> TooLong);
}
