namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// NOT NULL of an inherited column, which pg_dump 18 writes among a table's constraints (<c>NOT NULL "a"</c>), whatever the source's version is.
/// Servers below 18 don't know that form: they are told of the column afterwards, as an older pg_dump does.
/// </summary>
internal static class InheritedNotNull
{
    private const int KnownSince = 18;

    /// <param name="statement">Of an entry that creates a table.</param>
    /// <param name="targetVersion">The target's major version.</param>
    public static IEnumerable<string> Apart(string statement, int targetVersion)
    {
        var tokens = targetVersion < KnownSince ? SqlScanner.Scan(statement).ToList() : [];
        var opening = tokens.FindIndex(token => token.IsSymbol(statement, '('));
        return opening > 1 && tokens[0].IsWord(statement, "CREATE") ? Apart(statement, tokens, opening) : [statement];
    }

    private static IReadOnlyList<string> Apart(string sql, List<SqlToken> tokens, int opening)
    {
        var (kept, alters, end) = (new List<string>(), new List<string>(), opening);
        for (var start = opening; start == opening || tokens[start].IsSymbol(sql, ','); start = end)
        {
            end = EndOfElement(sql, tokens, start + 1);
            if (end == tokens.Count)
            {
                return [sql];
            }

            // A column has a name first, which pg_dump quotes.
            if (end == start + 4 && tokens[start + 1].IsWord(sql, "NOT") && tokens[start + 2].IsWord(sql, "NULL"))
            {
                alters.Add($"ALTER TABLE ONLY {TableOf(sql, tokens, opening)} ALTER COLUMN {tokens[start + 3].In(sql)} SET NOT NULL;");
            }
            else
            {
                kept.Add(sql[tokens[start].End..tokens[end - 1].End]);
            }
        }

        return alters.Count == 0 ? [sql] : [$"{sql[..tokens[opening].End]}{string.Join(',', kept)}\n{sql[tokens[end].Start..]}", .. alters];
    }

    /// <summary>The comma or parenthesis that the element ends with; the number of tokens where none does.</summary>
    private static int EndOfElement(string sql, List<SqlToken> tokens, int start)
    {
        var (i, depth) = (start, 0);
        for (; i < tokens.Count && !(depth == 0 && (tokens[i].IsSymbol(sql, ',') || tokens[i].IsSymbol(sql, ')'))); i++)
        {
            depth += tokens[i].IsSymbol(sql, '(') ? 1 : tokens[i].IsSymbol(sql, ')') ? -1 : 0;
        }

        return i;
    }

    private static string TableOf(string sql, List<SqlToken> tokens, int opening)
    {
        var name = tokens.FindIndex(token => token.IsWord(sql, "TABLE")) + 1;
        return sql[tokens[name].Start..tokens[opening - 1].End];
    }
}
