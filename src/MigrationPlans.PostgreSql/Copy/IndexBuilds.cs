using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Wire;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Turns a dump's index and unique constraint entries into work that starts as soon as their table is filled.</summary>
/// <param name="entries">All entries of the dump.</param>
/// <param name="done">Digests of entries that the target has.</param>
/// <param name="tables">The source's tables.</param>
internal sealed class IndexBuilds(IReadOnlyCollection<SchemaEntry> entries, IReadOnlySet<string> done, IReadOnlyCollection<TableRows> tables)
{
    private readonly Dictionary<int, SchemaEntry> byId = entries.ToDictionary(entry => entry.Id);
    private readonly Dictionary<uint, TableName> byOid = tables.ToDictionary(table => table.Oid, table => table.Name);

    /// <summary>Entries that the copy builds; those of materialized views, which are filled later, are not among them.</summary>
    public ImmutableArray<SchemaEntry> Pick() => [.. entries.Where(entry => IsIndex(entry) && TablesOf(entry).Any()).OrderBy(entry => entry.Id)];

    /// <param name="unitsOf">The keys of the units that fill a table; none when it is filled already.</param>
    /// <param name="bytesOf">A table's size, for what an index on it costs.</param>
    /// <param name="built">Told what was built.</param>
    public ImmutableArray<WorkItem<WireConnection>> ToWork(Func<TableName, ImmutableArray<string>> unitsOf, Func<TableName, long> bytesOf, Action<string, int> built)
    {
        var items = ImmutableArray.CreateBuilder<WorkItem<WireConnection>>();
        var keys = new Dictionary<int, string>();
        var lastConstraint = new Dictionary<TableName, string>();
        var picked = Pick().Where(entry => !done.Contains(entry.Digest)).ToList();
        var small = picked.Where(entry => IsSmall(entry, bytesOf)).ToLookup(entry => string.Join('\n', unitsOf(TablesOf(entry).Single())), StringComparer.Ordinal);
        foreach (var group in small)
        {
            foreach (var some in group.Chunk(MaxBatch))
            {
                var key = $"indexes {some[0].Id}";
                items.Add(Item(key, some, Dependencies(some, keys, unitsOf), some.Sum(entry => bytesOf(TablesOf(entry).Single())), built));
                foreach (var entry in some)
                {
                    keys[entry.Id] = key;
                }
            }
        }

        foreach (var entry in picked.Where(entry => !keys.ContainsKey(entry.Id)).ToList())
        {
            keys[entry.Id] = $"index {entry.Id}";
        }

        var attachedBefore = AttachChains.Predecessors(picked, entries);
        foreach (var entry in picked.Where(entry => keys[entry.Id] == $"index {entry.Id}").OrderBy(entry => entry.Kind == Constraint ? 0 : 1).ThenBy(entry => entry.Id))
        {
            var dependencies = Dependencies([entry], keys, unitsOf).ToList();
            var table = TablesOf(entry).First();
            if (lastConstraint.TryGetValue(table, out var before))
            {
                // Adding a constraint locks the table against everything else: a worker would only wait.
                dependencies.Add(before);
            }

            if (attachedBefore.TryGetValue(entry.Id, out var attachment))
            {
                dependencies.Add(keys[attachment]);
            }

            if (entry.Kind == Constraint)
            {
                lastConstraint[table] = keys[entry.Id];
            }

            items.Add(Item(keys[entry.Id], [entry], dependencies, Weight(entry, table, bytesOf), built));
        }

        return items.ToImmutable();
    }

    private const string Constraint = "CONSTRAINT";

    private const string Attach = "INDEX ATTACH";

    private const int MaxBatch = 50;

    private static bool IsIndex(SchemaEntry entry) =>
        entry.Section == SchemaSection.PostData && entry.Kind is "INDEX" or Constraint or Attach;

    private bool IsSmall(SchemaEntry entry, Func<TableName, long> bytesOf) =>
        entry.Kind != Attach && TablesOf(entry).ToList() is [var only] && bytesOf(only) is > 0 and < CopyPlanner.SmallTable;

    private static long Weight(SchemaEntry entry, TableName table, Func<TableName, long> bytesOf) => entry.Kind == Attach ? 0 : bytesOf(table);

    private List<string> Dependencies(IReadOnlyCollection<SchemaEntry> some, Dictionary<int, string> keys, Func<TableName, ImmutableArray<string>> unitsOf) =>
    [
        .. some.SelectMany(entry => entry.DependsOn).Where(keys.ContainsKey).Select(id => keys[id]),
        .. some.SelectMany(TablesOf).SelectMany(table => unitsOf(table)),
    ];

    /// <summary>The tables that the entry stands on, itself or through the indexes that it attaches.</summary>
    private IEnumerable<TableName> TablesOf(SchemaEntry entry) =>
        entry.DependsOn
            .Where(byId.ContainsKey)
            .Select(id => byId[id])
            .SelectMany(dependency => dependency switch
            {
                { Kind: "TABLE" } => [TableOf(dependency)],
                _ when entry.Kind == Attach && IsIndex(dependency) => TablesOf(dependency),
                _ => [],
            })
            .Distinct();

    // By oid where there is one: a tag can be printed in more than one way.
    private TableName TableOf(SchemaEntry entry) =>
        byOid.TryGetValue(entry.ObjectOid, out var name) ? name : new TableName(entry.Schema ?? "", entry.Tag);

    private static WorkItem<WireConnection> Item(string key, IReadOnlyCollection<SchemaEntry> some, IReadOnlyCollection<string> dependencies, long weight, Action<string, int> built) => new()
    {
        Key = key,
        DependsOn = [.. dependencies.Where(dependency => dependency != key)],
        Weight = weight,
        RunAsync = async (target, cancellationToken) =>
        {
            var statements = some.Select(entry => entry.Sql.TrimEnd().TrimEnd(';'));
            await target.ExecuteStoppableAsync(
                string.Join(";\n", ["BEGIN", .. statements, TargetLedger.RecordEntries(some.Select(entry => entry.Digest)), "COMMIT"]), cancellationToken);
            built(some.First().Tag, some.Count);
        },
    };
}
