using System.Collections.Immutable;
using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Foreign keys that can't hold on the target: the referencing table or its rows arrive, the referenced ones do not.</summary>
internal static class CrossingKeys
{
    /// <summary>The entries without such keys, and the keys; the same rule as the planner's.</summary>
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

    private static bool IsCrossing(SchemaEntry key, SelectionFilter filter) =>
        EntryNames.Qualified(key) is var (schema, table)
        && Referenced(key.Sql) is var (otherSchema, otherTable)
        && ((filter.PicksTable(schema, table) && !filter.PicksTable(otherSchema, otherTable))
            || (filter.PicksRows(schema, table) && !filter.PicksRows(otherSchema, otherTable)));

    private static IEnumerable<(TableIdentity Partition, TableIdentity? Of)> Partitions(ImmutableArray<SchemaEntry> entries)
    {
        var tables = entries.Where(EntryKinds.IsTable).ToDictionary(entry => entry.Id, Identity);
        return PartitionLinks.Find(entries).Where(link => tables.GetValueOrDefault(link.Key) is not null).Select(link => (tables[link.Key]!.Value, tables[link.First()]));
    }

    private static TableIdentity? Identity(SchemaEntry table) => EntryNames.Qualified(table) is var (schema, name) ? new TableIdentity(schema, name) : null;

    /// <summary>What stands after <c>REFERENCES</c>.</summary>
    private static (string Schema, string Name)? Referenced(string sql)
    {
        var tokens = SqlScanner.Scan(sql).SkipWhile(token => !token.IsWord(sql, "REFERENCES")).Skip(1).Take(3).ToList();
        return tokens.Count == 3 && tokens[1].IsSymbol(sql, '.') ? (tokens[0].Name(sql), tokens[2].Name(sql)) : null;
    }
}
