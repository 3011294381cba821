namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// An index in two steps: built, and what its entry says further (CLUSTER ON, REPLICA IDENTITY, the constraint on top of it), which locks the
/// table harder than building does. In one transaction two builds on a table that both go on so would wait for each other.
/// </summary>
/// <param name="IndexSql">Builds the index.</param>
/// <param name="FurtherSql">All that is left to say.</param>
internal sealed record IndexSteps(string IndexSql, string FurtherSql)
{
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
