using System.Collections.Immutable;

namespace MigrationPlans.Manifest;

/// <summary>Says which schemas and tables a mapping picks. Pure; used by the planner and by everything that moves data.</summary>
public sealed class SelectionFilter(Selection? include, Selection? exclude)
{
    private ImmutableDictionary<TableIdentity, TableIdentity> partitions = ImmutableDictionary<TableIdentity, TableIdentity>.Empty;
    private ILookup<TableIdentity, TableIdentity> parts = Array.Empty<TableIdentity>().ToLookup(table => table);

    public static SelectionFilter For(DatabaseMapping mapping) => new(mapping.Include, mapping.Exclude);

    /// <summary>True when the mapping takes the whole database, rows included.</summary>
    public bool IsEverything => include is null && exclude is null;

    /// <summary>True when no object stays behind: of some tables only the rows may.</summary>
    public bool IsEveryObject => include is null && (exclude is null || (exclude.Schemas.IsEmpty && exclude.Tables.IsEmpty));

    /// <summary>The same pick, which knows a database's partitions, each with the table that it is a partition of: their rows are that table's.</summary>
    public SelectionFilter Knowing(IEnumerable<(TableIdentity Partition, TableIdentity? Of)> tables)
    {
        var known = tables.Where(table => table.Of is not null).Select(table => (table.Partition, Of: table.Of!.Value)).ToList();
        return new SelectionFilter(include, exclude)
        {
            partitions = known.ToImmutableDictionary(pair => pair.Partition, pair => pair.Of),
            parts = known.ToLookup(pair => pair.Of, pair => pair.Partition),
        };
    }

    /// <summary>The schema itself comes along: picked as a whole, or because one of its tables may be.</summary>
    public bool PicksSchema(string schema)
    {
        if (AnyMatch(exclude?.Schemas, schema))
        {
            return false;
        }

        return include is null
            || AnyMatch(include.Schemas, schema)
            || include.Tables.Any(pattern => Matches(pattern.Split('.', 2)[0], schema));
    }

    /// <summary>Objects of the schema that are not tables come along: functions, types, sequences of their own.</summary>
    public bool PicksWholeSchema(string schema) =>
        !AnyMatch(exclude?.Schemas, schema) && (include is null || AnyMatch(include.Schemas, schema));

    /// <summary>The table, view or materialized view is created on the target.</summary>
    public bool PicksTable(string schema, string table)
    {
        var name = $"{schema}.{table}";
        if (AnyMatch(exclude?.Schemas, schema) || AnyMatch(exclude?.Tables, name))
        {
            return false;
        }

        return include is null || AnyMatch(include.Schemas, schema) || AnyMatch(include.Tables, name);
    }

    /// <summary>The table's rows are copied. Those of a partition are not where a table above it is named among those whose rows stay behind.</summary>
    public bool PicksRows(string schema, string table) => PicksTable(schema, table) && !LeavesRows(new TableIdentity(schema, table));

    /// <summary>A foreign key that can't hold on the target: the referencing table or its rows arrive, the referenced ones, or some of them, do not.</summary>
    public bool IsCrossing(TableIdentity table, TableIdentity referenced) =>
        (PicksTable(table.Schema, table.Name) && !PicksTable(referenced.Schema, referenced.Name))
        || (PicksRows(table.Schema, table.Name) && FindWithoutRows(referenced) is not null);

    /// <summary>The table, or the first of its partitions, whose rows stay behind; null where all come.</summary>
    public TableIdentity? FindWithoutRows(TableIdentity table) =>
        PicksRows(table.Schema, table.Name) ? parts[table].Select(FindWithoutRows).FirstOrDefault(left => left is not null) : table;

    /// <summary>Whether the pattern, in which <c>*</c> stands for any run of characters, fits the whole name.</summary>
    public static bool Matches(string pattern, string name)
    {
        var (p, n, star, mark) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, mark) = (p++, n);
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                (p, n) = (p + 1, n + 1);
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }

    private bool LeavesRows(TableIdentity table) =>
        AnyMatch(exclude?.TableData, table.ToString()) || (partitions.TryGetValue(table, out var above) && LeavesRows(above));

    private static bool AnyMatch(ImmutableArray<string>? patterns, string name) =>
        patterns is { } list && list.Any(pattern => Matches(pattern, name));
}
