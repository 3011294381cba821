namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Reads what matters here out of a <c>CREATE TABLE</c> statement.</summary>
internal static class TableStatement
{
    /// <summary>Whether it ends with <c>PARTITION BY</c>, outside any parentheses.</summary>
    public static bool IsPartitioned(string sql)
    {
        var (depth, afterPartition) = (0, false);
        foreach (var token in SqlScanner.Scan(sql))
        {
            depth += token.IsSymbol(sql, '(') ? 1 : token.IsSymbol(sql, ')') ? -1 : 0;
            if (afterPartition && token.IsWord(sql, "BY"))
            {
                return true;
            }

            afterPartition = depth == 0 && token.IsWord(sql, "PARTITION");
        }

        return false;
    }
}
