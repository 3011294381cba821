namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// A foreign key in two steps: added without looking at the rows, which takes strong locks for a moment only, then
/// validated, which reads both tables under weak locks, so that many run at once.
/// </summary>
/// <param name="Table">The referencing table as it stands in the statement, quoted.</param>
/// <param name="AddSql">Adds it <c>NOT VALID</c>.</param>
/// <param name="ValidateSql">Validates it.</param>
/// <remarks>https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES</remarks>
internal sealed record ForeignKeyStatement(string Table, string AddSql, string ValidateSql)
{
    /// <summary>
    /// Null where the key must be added in one step: one that is not valid (or not enforced) on the source either, and one
    /// of a partitioned table, for which servers before 18 refuse NOT VALID.
    /// </summary>
    public static ForeignKeyStatement? TrySplit(string sql)
    {
        var tokens = SqlScanner.Scan(sql).ToList();
        string[] start = ["ALTER", "TABLE", "ONLY"];
        if (SqlStatements.Split(sql).Length != 1
            || !start.Select((word, i) => (word, i)).All(expected => tokens.Count > expected.i && tokens[expected.i].IsWord(sql, expected.word)))
        {
            return null;
        }

        var add = tokens.FindIndex(token => token.IsWord(sql, "ADD"));
        if (add < 4
            || !tokens[add + 1].IsWord(sql, "CONSTRAINT")
            || tokens.Any(token => token.IsWord(sql, "NOT") && IsFollowedBy(sql, token, "VALID", "ENFORCED")))
        {
            return null;
        }

        var table = sql[tokens[3].Start..tokens[add - 1].End];
        var name = tokens[add + 2].In(sql).ToString();
        return new ForeignKeyStatement(table, $"{sql[..tokens[^1].Start]} NOT VALID;", $"ALTER TABLE {table} VALIDATE CONSTRAINT {name};");
    }

    private static bool IsFollowedBy(string sql, SqlToken token, params string[] words) =>
        Array.Exists(words, word => sql.AsSpan(token.End).TrimStart().StartsWith(word, StringComparison.OrdinalIgnoreCase));
}
