using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>A generated column that a table has by its parent alone, with an expression of its own.</summary>
/// <param name="TableOid">On the source.</param>
/// <param name="Table">Quoted, with its schema.</param>
/// <param name="Column">Quoted.</param>
internal sealed record ChildExpression(uint TableOid, string Table, string Column, string Expression);

/// <summary>
/// Gives generated columns of child tables the expression that <c>SET EXPRESSION</c> gave them on the source. pg_dump does not write such
/// a column down, as the child has it by its parent: restored, it is computed as the parent's.
/// </summary>
internal static class ChildExpressions
{
    /// <summary>From here on there is <c>SET EXPRESSION</c>; what a child was created with, pg_dump writes down.</summary>
    private const int KnownSince = 17;

    // Partitions aside: pg_dump writes all of their columns.
    private const string Sql =
        """
        SELECT c.oid, n.nspname::pg_catalog.text, c.relname::pg_catalog.text, a.attname::pg_catalog.text, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_attrdef d ON d.adrelid OPERATOR(pg_catalog.=) a.attrelid AND d.adnum OPERATOR(pg_catalog.=) a.attnum
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) a.attrelid AND NOT c.relispartition
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE a.attgenerated OPERATOR(pg_catalog.<>) '' AND NOT a.attislocal AND EXISTS (
          SELECT FROM pg_catalog.pg_inherits i
          JOIN pg_catalog.pg_attribute p ON p.attrelid OPERATOR(pg_catalog.=) i.inhparent AND p.attname OPERATOR(pg_catalog.=) a.attname
          JOIN pg_catalog.pg_attrdef e ON e.adrelid OPERATOR(pg_catalog.=) p.attrelid AND e.adnum OPERATOR(pg_catalog.=) p.attnum
          WHERE i.inhrelid OPERATOR(pg_catalog.=) c.oid AND pg_catalog.pg_get_expr(e.adbin, e.adrelid) OPERATOR(pg_catalog.<>) pg_catalog.pg_get_expr(d.adbin, d.adrelid))
        ORDER BY 2, 3, a.attnum
        """;

    public static async Task<ImmutableArray<ChildExpression>> ReadAsync(NpgsqlConnection source, CancellationToken cancellationToken) =>
        source.PostgreSqlVersion.Major < KnownSince
            ? []
            : await source.QueryAsync(
                Sql,
                row => new ChildExpression(
                    row.GetFieldValue<uint>(0), SqlText.Qualified(row.GetString(1), row.GetString(2)), SqlText.Identifier(row.GetString(3)), row.GetString(4)),
                cancellationToken);

    /// <summary>Adds them to the tables' entries; what a table's children have by it is there when they are created.</summary>
    public static ImmutableArray<SchemaEntry> Add(ImmutableArray<SchemaEntry> dump, SourceTraits source, TargetTraits target)
    {
        if (source.ChildExpressions.IsEmpty || target.MajorVersion < KnownSince)
        {
            return dump;
        }

        var byTable = source.ChildExpressions.ToLookup(column => column.TableOid);
        return [.. dump.Select(entry => IsTable(entry) && byTable.Contains(entry.ObjectOid) ? Add(entry, byTable[entry.ObjectOid]) : entry)];
    }

    /// <summary>Those of the picked tables that a target can't be told of.</summary>
    public static IEnumerable<string> Left(ImmutableArray<SchemaEntry> picked, SourceTraits source, TargetTraits target)
    {
        var tables = target.MajorVersion < KnownSince ? picked.Where(IsTable).Select(entry => entry.ObjectOid).ToHashSet() : [];
        return source.ChildExpressions
            .Where(column => tables.Contains(column.TableOid))
            .Select(column => $"the expression of generated column {column.Table}.{column.Column} (its parent's holds)");
    }

    private static SchemaEntry Add(SchemaEntry entry, IEnumerable<ChildExpression> columns)
    {
        var sql = string.Join(
            '\n',
            columns.Select(column => $"ALTER TABLE {column.Table} ALTER COLUMN {column.Column} SET EXPRESSION AS ({column.Expression});").Prepend(entry.Sql));
        return entry with { Sql = sql, Digest = SchemaEntry.DigestOf(entry.Kind, entry.Schema, entry.Tag, sql) };
    }

    private static bool IsTable(SchemaEntry entry) => entry.Kind is "TABLE" or "FOREIGN TABLE";
}
