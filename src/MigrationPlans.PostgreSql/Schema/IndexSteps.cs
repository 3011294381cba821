namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// An index in two steps: built, and what its entry says further (CLUSTER ON, REPLICA IDENTITY, the constraint on top of it), which locks the
/// table harder than building does. In one transaction two builds on a table that both go on so would wait for each other.
/// </summary>
/// <param name="IndexSql">Builds the index.</param>
/// <param name="FurtherSql">All that is left to say.</param>
internal sealed record IndexSteps(string IndexSql, string FurtherSql)
{
    /// <summary>In the ledger: the index is there, what the entry says further is not.</summary>
    public static string IndexMark(SchemaEntry entry) => $"{entry.Digest}:index";

    /// <summary>What is left to do of an index or a constraint that the ledger does not show as a whole.</summary>
    /// <param name="done">Digests and marks in the ledger.</param>
    public static string LeftOf(SchemaEntry entry, IReadOnlySet<string> done)
    {
        if (!done.Contains(IndexMark(entry)))
        {
            return entry.Sql;
        }

        return (entry.Kind == "CONSTRAINT" ? UniqueConstraintStatement.TrySplit(entry.Sql)?.ConstraintSql : TrySplit(entry.Sql)?.FurtherSql) ?? entry.Sql;
    }

    /// <summary>Null for an index of which nothing further is said.</summary>
    /// <param name="sql">Of an entry of kind <c>INDEX</c>.</param>
    public static IndexSteps? TrySplit(string sql)
    {
        var statements = SqlStatements.Split(sql);
        var create = statements.TakeWhile(StorageDefaults.IsOne).Count();
        return statements.Length > create + 1
            ? new IndexSteps(string.Join('\n', statements[..(create + 1)]), string.Join('\n', statements[(create + 1)..]))
            : null;
    }
}
