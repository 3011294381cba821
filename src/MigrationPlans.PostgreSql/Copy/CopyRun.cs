using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Wire;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Copies what is left of one database: rows and indexes in one graph, on one pool of workers.</summary>
/// <param name="releaseSnapshotAsync">Called as soon as the last row is read, before the remaining indexes.</param>
internal sealed class CopyRun(
    CopySession session, Step step, StepContext context, ImmutableArray<SchemaEntry> entries, Func<Task> releaseSnapshotAsync)
{
    /// <summary>By custom there are two workers a core of a server.</summary>
    private const int WorkersPerCore = 2;

    private int unitsLeft;
    private WorkGraph<WireConnection>? work;

    /// <exception cref="OperationCanceledException">The run was asked to stop.</exception>
    public async Task<CopyProgress> RunAsync(CancellationToken cancellationToken)
    {
        var (units, toClear) = session.Plan();
        var indexes = new IndexBuilds(entries, session.Source.Tables);
        var progress = NewProgress(units, indexes.Pick().Count(entry => !session.EntriesDone.Contains(entry.Digest)));
        var unitKeys = UnitKeys(units);
        var bytes = session.Tables.ToDictionary(table => table.Name, table => Math.Max(1, table.Source.Bytes));
        var builds = new IndexWork(
            indexes,
            session.EntriesDone,
            table => unitKeys.GetValueOrDefault(table, []),
            table => bytes.GetValueOrDefault(table),
            SpareCores,
            progress.IndexesBuilt,
            context.Mapping.To.ToString());

        var objects = session.LargeObjects.ToWork(session.Readers, UnitEndedAsync);
        unitsLeft = units.Length + objects.Count(item => item.DependsOn.Length > 0);
        if (unitsLeft == 0)
        {
            await ReleaseSourceAsync();
        }

        var first = units.Where(unit => unit.IsFirst).Select(unit => unit.Key).ToImmutableArray();
        var before = units.Where(unit => !unit.IsLast).Select(unit => unit.Key).ToImmutableArray();
        var ahead = CopyPlanner.Ahead(units, context.Parallelism);
        using var graph = new WorkGraph<WireConnection>(
        [
            .. toClear.Select(ClearItem),
            .. objects,
            .. units.Select(unit => UnitItem(unit, unit.IsFirst ? [] : unit.IsLast ? before : first.AddRange(ahead.GetValueOrDefault(unit.Key, [])), progress)),
            .. builds.ToItems().Select(item => item with { DependsOn = item.DependsOn.AddRange(first) }),
        ]);
        work = graph;
        await graph.RunAsync(context.Parallelism, session.OpenWriterAsync, context.Stopping, cancellationToken);
        return progress;
    }

    private int SpareCores() => work is null ? 0 : Math.Max(0, (context.Parallelism / WorkersPerCore) - work.Busy);

    private CopyProgress NewProgress(ImmutableArray<CopyUnit> units, int indexCount)
    {
        var tables = units.SelectMany(unit => unit.Tables).GroupBy(table => table.Name).ToDictionary(table => table.Key, table => table.Count());
        return new CopyProgress(step, context, units.Sum(unit => unit.Bytes), tables, indexCount);
    }

    /// <summary>What must be done before a table's indexes; for a partitioned table, the same of all its leaves.</summary>
    private Dictionary<TableName, ImmutableArray<string>> UnitKeys(ImmutableArray<CopyUnit> units)
    {
        var keys = units
            .SelectMany(unit => unit.Tables.Select(table => (table.Name, unit.Key)))
            .Distinct()
            .ToLookup(pair => pair.Name, pair => pair.Key);
        var result = keys.ToDictionary(group => group.Key, group => group.ToImmutableArray());
        foreach (var tree in session.Source.Tables.Where(table => table.Root is not null || table.IsPartitioned).GroupBy(table => table.Root ?? table.Oid))
        {
            var leaves = tree.Where(table => !table.IsPartitioned).SelectMany(table => keys[table.Name]).Distinct(StringComparer.Ordinal).ToImmutableArray();
            foreach (var parent in tree.Where(table => table.IsPartitioned))
            {
                result[parent.Name] = leaves;
            }
        }

        return result;
    }

    private WorkItem<WireConnection> UnitItem(CopyUnit unit, ImmutableArray<string> after, CopyProgress progress)
    {
        var copier = new UnitCopier(session.Readers, session.Source.State, progress, context.Mapping);
        return new WorkItem<WireConnection>
        {
            Key = unit.Key,
            DependsOn = unit.Chunk is { Count: > 1 } ? after.Add(ClearKey(unit.Tables[0].Name)) : after,
            // A table's indexes can only start after it: rows go before indexes of tables of its size.
            Weight = (unit.Chunk is null ? unit.Bytes : unit.Tables[0].Weight) + 1,
            RunAsync = async (target, token) =>
            {
                await copier.CopyAsync(unit, target, token);
                await UnitEndedAsync();
            },
        };
    }

    private async Task UnitEndedAsync()
    {
        if (Interlocked.Decrement(ref unitsLeft) == 0)
        {
            await ReleaseSourceAsync();
        }
    }

    private static WorkItem<WireConnection> ClearItem(TableCopy table) => new()
    {
        Key = ClearKey(table.Name),
        Weight = long.MaxValue,
        RunAsync = (target, token) => target.ExecuteAsync(string.Join(";\n", ["BEGIN", .. UnitCopier.Clear(table), "COMMIT"]), token),
    };

    private async Task ReleaseSourceAsync()
    {
        await session.EndReadingAsync();
        await releaseSnapshotAsync();
    }

    private static string ClearKey(TableName table) => $"clear {table}";
}
