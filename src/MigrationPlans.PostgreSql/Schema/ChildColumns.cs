using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>What a table's column has otherwise than its parent's.</summary>
/// <param name="TableOid">On the source.</param>
/// <param name="Table">Quoted, with its schema.</param>
/// <param name="Column">Quoted.</param>
/// <param name="Clause">What follows <c>ALTER COLUMN column</c>.</param>
/// <param name="Since">The first version that knows the clause.</param>
/// <param name="Below">The first version that refuses it; null where none does.</param>
internal sealed record ChildColumn(uint TableOid, string Table, string Column, string Clause, int Since, int? Below)
{
    public bool CanBeSaidTo(int majorVersion) => majorVersion >= Since && !(majorVersion >= Below);
}

/// <summary>
/// Says of columns of child tables what pg_dump does not: it writes down what a column has beyond its type's or server's default, and a
/// child that has just the default is created with what its parent has. So is a column that a child has by its parent alone: nullable,
/// or with an expression that <c>SET EXPRESSION</c> gave it.
/// </summary>
internal static class ChildColumns
{
    public static async Task<ImmutableArray<ChildColumn>> ReadAsync(NpgsqlConnection source, CancellationToken cancellationToken)
    {
        var columns = await source.QueryAsync(
            EmbeddedSql.Load("child-columns.sql"),
            row => new ChildColumn(
                row.GetFieldValue<uint>(0),
                SqlText.Qualified(row.GetString(1), row.GetString(2)),
                SqlText.Identifier(row.GetString(3)),
                row.GetString(4),
                row.GetInt32(5),
                row.IsDBNull(6) ? null : row.GetInt32(6)),
            cancellationToken);
        return columns.RemoveAll(column => column.Since > source.PostgreSqlVersion.Major);
    }

    /// <summary>Adds them to the tables' entries; what a table's children have by it is there when they are created.</summary>
    public static ImmutableArray<SchemaEntry> Add(ImmutableArray<SchemaEntry> dump, SourceTraits source, TargetTraits target)
    {
        var byTable = source.ChildColumns.Where(column => column.CanBeSaidTo(target.MajorVersion)).ToLookup(column => column.TableOid);
        return byTable.Count == 0
            ? dump
            : [.. dump.Select(entry => IsTable(entry) && byTable.Contains(entry.ObjectOid) ? Add(entry, byTable[entry.ObjectOid]) : entry)];
    }

    /// <summary>Those of the picked tables that a target can't be told of.</summary>
    public static IEnumerable<string> Left(ImmutableArray<SchemaEntry> picked, SourceTraits source, TargetTraits target)
    {
        var untold = source.ChildColumns.Where(column => !column.CanBeSaidTo(target.MajorVersion)).ToList();
        var tables = untold.Count > 0 ? picked.Where(IsTable).Select(entry => entry.ObjectOid).ToHashSet() : [];
        return untold.Where(column => tables.Contains(column.TableOid))
            .Select(column => $"{column.Clause} of column {column.Table}.{column.Column} (it is as its parent's)");
    }

    private static SchemaEntry Add(SchemaEntry entry, IEnumerable<ChildColumn> columns)
    {
        var sql = string.Join(
            '\n',
            columns.Select(column => $"ALTER TABLE ONLY {column.Table} ALTER COLUMN {column.Column} {column.Clause};").Prepend(entry.Sql));
        return entry with { Sql = sql, Digest = SchemaEntry.DigestOf(entry.Kind, entry.Schema, entry.Tag, sql) };
    }

    private static bool IsTable(SchemaEntry entry) => entry.Kind is "TABLE" or "FOREIGN TABLE";
}
