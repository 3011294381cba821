using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Wire;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// Turns what is left of <see cref="IndexBuilds"/> into work that starts as soon as the table is filled. Indexes of a small table
/// share a transaction. Those of a larger one are built at the same time, also those of its primary key and unique constraints.
/// What locks the table harder, these constraints among it, follows when all of the table's indexes are there.
/// </summary>
/// <param name="done">Digests and marks in the target's ledger.</param>
/// <param name="unitsOf">The keys of the units that fill a table; none when it is filled already.</param>
/// <param name="bytesOf">A table's size, for what an index on it costs.</param>
/// <param name="spareCores">Cores of the target that nothing is planned for at this moment; a build may use them too.</param>
/// <param name="built">Told what was built.</param>
/// <param name="subject">The target database, for messages.</param>
internal sealed class IndexWork(
    IndexBuilds builds,
    IReadOnlySet<string> done,
    Func<TableName, ImmutableArray<string>> unitsOf,
    Func<TableName, long> bytesOf,
    Func<int> spareCores,
    Action<string, int> built,
    string subject)
{
    /// <summary>Entries; more only where a single table has more.</summary>
    private const int MaxBatch = 50;

    private readonly ImmutableArray<WorkItem<WireConnection>>.Builder items = ImmutableArray.CreateBuilder<WorkItem<WireConnection>>();

    /// <summary>For each entry, the item after which it is there.</summary>
    private readonly Dictionary<int, string> keys = [];

    public ImmutableArray<WorkItem<WireConnection>> ToItems()
    {
        var left = builds.Pick().Where(entry => !done.Contains(entry.Digest)).ToList();
        var bySize = left.ToLookup(IsSmall);
        AddBatches(bySize[true]);
        var large = bySize[false].Select(entry => new Build(entry, builds.TablesOf(entry).First(), builds.TrySplit(entry))).ToList();
        foreach (var build in large)
        {
            keys[build.Entry.Id] = build.Split is null ? IndexKey(build.Entry) : FurtherKey(build.Table);
        }

        AddBuilds(large, builds.AttachedBefore(left));
        foreach (var table in large.GroupBy(build => build.Table))
        {
            AddFurther(table.Key, [.. table]);
        }

        return items.ToImmutable();
    }

    private void AddBatches(IEnumerable<SchemaEntry> small)
    {
        foreach (var some in small.GroupBy(entry => string.Join('\n', UnitsOf(entry)), StringComparer.Ordinal).SelectMany(Batches))
        {
            var key = $"indexes {some[0].Id}";
            items.Add(new WorkItem<WireConnection>
            {
                Key = key,
                DependsOn = [.. Needs(some).Where(need => need != key)],
                Weight = some.Sum(entry => bytesOf(TableOf(entry))),
                RunAsync = (target, token) => RunAsync(
                    target, [.. some.Select(entry => new EntryWork(entry, ExtensionIndex.WithMemory(entry.Sql), entry.Digest))], some.Count, token),
            });
            foreach (var entry in some)
            {
                keys[entry.Id] = key;
            }
        }
    }

    /// <summary>A table's entries stay together: transactions that lock the same tables in different order would lock each other out.</summary>
    private IEnumerable<List<SchemaEntry>> Batches(IEnumerable<SchemaEntry> small)
    {
        var batch = new List<SchemaEntry>();
        foreach (var table in small.GroupBy(TableOf))
        {
            if (batch.Count > 0 && batch.Count + table.Count() > MaxBatch)
            {
                yield return batch;
                batch = [];
            }

            batch.AddRange(table);
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private void AddBuilds(List<Build> large, IReadOnlyDictionary<int, int> attachedBefore)
    {
        var lastInOneStep = new Dictionary<TableName, string>();
        // Those in one step first: they lock the table against everything else, so a worker with another of its indexes would only wait.
        foreach (var build in large.OrderBy(build => build is { Split: null, Entry.Kind: IndexBuilds.Constraint } ? 0 : 1).ThenBy(build => build.Entry.Id))
        {
            var (entry, key) = (build.Entry, IndexKey(build.Entry));
            var (sql, mark) = build.Split is { } split ? (split.IndexSql, IndexSteps.IndexMark(entry)) : (entry.Sql, entry.Digest);
            if (done.Contains(mark))
            {
                continue;
            }

            items.Add(new WorkItem<WireConnection>
            {
                Key = key,
                DependsOn =
                [
                    .. Needs([entry]),
                    .. lastInOneStep.TryGetValue(build.Table, out var before) ? [before] : Array.Empty<string>(),
                    .. attachedBefore.TryGetValue(entry.Id, out var attachment) && keys.TryGetValue(attachment, out var earlier)
                        ? [earlier]
                        : Array.Empty<string>(),
                ],
                Weight = entry.Kind == IndexBuilds.Attach ? 0 : bytesOf(build.Table),
                RunAsync = (target, token) => RunAsync(target, [new EntryWork(entry, WithSettings(sql, build.Table), mark)], 1, token),
            });
            if (build is { Split: null, Entry.Kind: IndexBuilds.Constraint })
            {
                lastInOneStep[build.Table] = key;
            }
        }
    }

    /// <summary>After all of the table's indexes, for the moment that it takes: a strong lock waits for every build, and every build for it.</summary>
    private void AddFurther(TableName table, ImmutableArray<Build> all)
    {
        var split = all.Where(build => build.Split is not null).ToImmutableArray();
        if (!split.IsEmpty)
        {
            items.Add(new WorkItem<WireConnection>
            {
                Key = FurtherKey(table),
                DependsOn = [.. all.Where(build => build.Entry.Kind != IndexBuilds.Attach).Select(build => IndexKey(build.Entry))],
                Weight = bytesOf(table),
                RunAsync = (target, token) => RunAsync(
                    target, [.. split.Select(build => new EntryWork(build.Entry, build.Split!.FurtherSql, build.Entry.Digest))], 0, token),
            });
        }
    }

    private string WithSettings(string sql, TableName table)
    {
        var withMemory = SortMemory.IsSorted(sql) ? SortMemory.Sql(bytesOf(table)) + sql : ExtensionIndex.WithMemory(sql);
        return spareCores() is var spare and > 0
            ? string.Create(CultureInfo.InvariantCulture, $"SET LOCAL max_parallel_maintenance_workers = {spare};\n{withMemory}")
            : withMemory;
    }

    private async Task RunAsync(WireConnection target, ImmutableArray<EntryWork> some, int count, CancellationToken cancellationToken)
    {
        var statements = some.Select(one => one.Sql.TrimEnd().TrimEnd(';'));
        try
        {
            await target.ExecuteStoppableAsync(
                string.Join(";\n", ["BEGIN", .. statements, TargetLedger.RecordEntries(some.Select(one => one.LedgerMark)), "COMMIT"]), cancellationToken);
        }
        catch (WireException exception) when (FindFunction(some, exception) is { } found)
        {
            throw new StepFailedException(found, FailureClass.Permanent, exception);
        }
        catch (WireException exception) when (exception.Error.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            throw WireErrors.Translate(exception, $"{subject}: {RefusedOf(some, exception.Completed - 1).Describe()}");
        }

        built(some[0].Entry.Tag, count);
    }

    private Diagnostic? FindFunction(ImmutableArray<EntryWork> some, WireException exception) =>
        RefusedOf(some, exception.Completed - 1) is var refused
            ? FunctionFailure.Find(exception.Error.SqlState, exception.Error.Message, exception.Error.Where, subject, refused.Describe())
                ?? VolatileFunction.Find(exception.Error.SqlState, exception.Error.Message, subject, refused)
                ?? ExtensionIndex.FindLackOfMemory(exception.Error.SqlState, exception.Error.Message, subject, refused)
            : null;

    /// <param name="completed">How many of the entries' statements went through.</param>
    private static SchemaEntry RefusedOf(ImmutableArray<EntryWork> some, int completed)
    {
        var last = 0;
        return some.FirstOrDefault(one => (last += SqlStatements.Split(one.Sql).Length) > completed, some[^1]).Entry;
    }

    private bool IsSmall(SchemaEntry entry) =>
        entry.Kind != IndexBuilds.Attach
        && !done.Contains(IndexSteps.IndexMark(entry))
        && builds.TablesOf(entry).ToList() is [var only]
        && bytesOf(only) is > 0 and < CopyPlanner.SmallTable;

    private IEnumerable<string> Needs(IReadOnlyCollection<SchemaEntry> some) =>
        some.SelectMany(entry => entry.DependsOn).Where(keys.ContainsKey).Select(id => keys[id]).Concat(some.SelectMany(UnitsOf));

    private IEnumerable<string> UnitsOf(SchemaEntry entry) => builds.TablesOf(entry).SelectMany(table => unitsOf(table));

    private TableName TableOf(SchemaEntry entry) => builds.TablesOf(entry).First();

    private static string IndexKey(SchemaEntry entry) => string.Create(CultureInfo.InvariantCulture, $"index {entry.Id}");

    private static string FurtherKey(TableName table) => $"further {table}";

    /// <param name="Table">The first, where there are several.</param>
    /// <param name="Split">Null for what goes in one step.</param>
    private sealed record Build(SchemaEntry Entry, TableName Table, IndexSteps? Split);
}
