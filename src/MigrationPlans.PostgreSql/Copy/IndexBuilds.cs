using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>The index and unique constraint entries of a dump that are built on the tables that the copy fills.</summary>
/// <param name="entries">All entries of the dump.</param>
/// <param name="tables">The source's tables.</param>
internal sealed class IndexBuilds(IReadOnlyCollection<SchemaEntry> entries, IReadOnlyCollection<TableRows> tables)
{
    public const string Constraint = "CONSTRAINT";

    private const string Index = "INDEX";

    public const string Attach = "INDEX ATTACH";

    private readonly Dictionary<int, SchemaEntry> byId = entries.ToDictionary(entry => entry.Id);
    private readonly Dictionary<uint, TableRows> byOid = tables.ToDictionary(table => table.Oid);

    /// <summary>Entries that the copy builds; those of materialized views, which are filled later, are not among them.</summary>
    public ImmutableArray<SchemaEntry> Pick() => [.. entries.Where(entry => IsIndex(entry) && TablesOf(entry).Any()).OrderBy(entry => entry.Id)];

    /// <summary>For each attachment but the first of its index, the id of the one before it.</summary>
    public IReadOnlyDictionary<int, int> AttachedBefore(IEnumerable<SchemaEntry> picked) => AttachChains.Predecessors(picked, entries);

    /// <summary>The tables that the entry stands on, itself or through the indexes that it attaches.</summary>
    public IEnumerable<TableName> TablesOf(SchemaEntry entry) =>
        entry.DependsOn
            .Where(byId.ContainsKey)
            .Select(id => byId[id])
            .SelectMany(dependency => dependency switch
            {
                { Kind: "TABLE" } => [NameOf(dependency)],
                _ when entry.Kind == Attach && IsIndex(dependency) => TablesOf(dependency),
                _ => [],
            })
            .Distinct();

    /// <summary>Null for what goes in one step: an index and no more, an attachment, a constraint whose index can't be built on its own.</summary>
    public IndexSteps? TrySplit(SchemaEntry entry) => entry.Kind switch
    {
        Constraint when !entry.DependsOn.Where(byId.ContainsKey).Any(id => byOid.GetValueOrDefault(byId[id].ObjectOid) is { IsPartitioned: true }) =>
            UniqueConstraintStatement.TrySplit(entry.Sql) is { } constraint ? new IndexSteps(constraint.IndexSql, constraint.ConstraintSql) : null,
        Index => IndexSteps.TrySplit(entry.Sql),
        _ => null,
    };

    private static bool IsIndex(SchemaEntry entry) => entry is { Section: SchemaSection.PostData, Kind: Index or Constraint or Attach };

    // By oid where there is one: a tag can be printed in more than one way.
    private TableName NameOf(SchemaEntry entry) =>
        byOid.TryGetValue(entry.ObjectOid, out var table) ? table.Name : new TableName(entry.Schema ?? "", entry.Tag);
}
