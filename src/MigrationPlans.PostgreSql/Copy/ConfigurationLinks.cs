using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// Tables of extensions' configuration that foreign keys lead between (a topology and its layers). An extension brings its keys with its tables, so they are
/// there before the rows: such tables go together, those that others refer to first. Pure.
/// </summary>
internal static class ConfigurationLinks
{
    /// <summary>Each group's tables in the order in which their rows can come in; tables that no key leads from or to are in none.</summary>
    public static ImmutableArray<ImmutableArray<TableCopy>> Find(IReadOnlyCollection<TableCopy> tables)
    {
        var byOid = tables.Where(table => table.IsConfiguration).ToDictionary(table => table.Target.Oid);
        var group = byOid.Keys.ToDictionary(oid => oid);
        foreach (var (oid, referenced) in byOid.SelectMany(pair => pair.Value.Target.Referenced.Where(byOid.ContainsKey).Select(other => (pair.Key, other))))
        {
            var (joined, into) = (group[oid], group[referenced]);
            foreach (var member in group.Keys.Where(member => group[member] == joined).ToList())
            {
                group[member] = into;
            }
        }

        return [.. byOid.Values
            .GroupBy(table => group[table.Target.Oid])
            .Where(members => members.Count() > 1)
            .Select(members => InOrder([.. members], table => table.Target.Oid, table => table.Target.Referenced))];
    }

    /// <summary>Those that others refer to before them; in a circle of keys, as they come.</summary>
    public static ImmutableArray<T> InOrder<T>(ImmutableArray<T> tables, Func<T, uint> oidOf, Func<T, ImmutableArray<uint>> referencedBy)
    {
        var byOid = tables.ToDictionary(oidOf);
        var (seen, ordered) = (new HashSet<uint>(), ImmutableArray.CreateBuilder<T>());
        foreach (var table in tables)
        {
            Visit(table);
        }

        return ordered.ToImmutable();

        void Visit(T table)
        {
            if (!seen.Add(oidOf(table)))
            {
                return;
            }

            foreach (var other in referencedBy(table).Where(byOid.ContainsKey))
            {
                Visit(byOid[other]);
            }

            ordered.Add(table);
        }
    }
}
