using System.Collections.Immutable;
using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Takes out foreign keys that can't hold on the target.</summary>
internal static class CrossingKeys
{
    /// <summary>The entries without such keys, and the keys.</summary>
    public static (ImmutableArray<SchemaEntry> Kept, ImmutableArray<SchemaEntry> Crossing) Apply(ImmutableArray<SchemaEntry> entries, DatabaseMapping mapping)
    {
        var filter = SelectionFilter.For(mapping).Knowing(Partitions(entries));
        if (filter.IsEverything)
        {
            return (entries, []);
        }

        var crossing = entries.Where(entry => PostDataEntries.IsForeignKey(entry) && IsCrossing(entry, filter)).ToImmutableArray();
        var gone = crossing.Select(entry => entry.Id).ToHashSet();
        return ([.. entries.Where(entry => !gone.Contains(entry.Id) && !(EntryKinds.IsRemark(entry) && entry.DependsOn.Any(gone.Contains)))], crossing);
    }

    /// <summary>The one that has the key and the one that it refers to.</summary>
    public static IEnumerable<TableIdentity> Tables(SchemaEntry key) => new[] { Identity(key), Referenced(key.Sql) }.OfType<TableIdentity>();

    private static bool IsCrossing(SchemaEntry key, SelectionFilter filter) =>
        Tables(key).ToList() is [var table, var referenced] && filter.IsCrossing(table, referenced);

    private static IEnumerable<(TableIdentity Partition, TableIdentity? Of)> Partitions(ImmutableArray<SchemaEntry> entries)
    {
        var tables = entries.Where(EntryKinds.IsTable).ToDictionary(entry => entry.Id, Identity);
        return PartitionLinks.FindAll(entries)
            .Where(link => tables.GetValueOrDefault(link.Key) is not null)
            .Select(link => (tables[link.Key]!.Value, tables[link.First()]));
    }

    /// <summary>A key is named by its table.</summary>
    private static TableIdentity? Identity(SchemaEntry entry) => EntryNames.Qualified(entry) is var (schema, name) ? new TableIdentity(schema, name) : null;

    /// <summary>What stands after <c>REFERENCES</c>.</summary>
    private static TableIdentity? Referenced(string sql)
    {
        var tokens = SqlScanner.Scan(sql).SkipWhile(token => !token.IsWord(sql, "REFERENCES")).Skip(1).Take(3).ToList();
        return tokens.Count == 3 && tokens[1].IsSymbol(sql, '.') ? new TableIdentity(tokens[0].Name(sql), tokens[2].Name(sql)) : null;
    }
}
