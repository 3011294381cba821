using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// One form for conditions that begin with a list of the same kind. <c>a BETWEEN 1 AND 2 AND b</c> is kept as a list in a list and printed as
/// <c>(((a &gt;= 1) AND (a &lt;= 2)) AND b)</c>; read in again, it is one list, and printed as <c>((a &gt;= 1) AND (a &lt;= 2) AND b)</c>.
/// So are <c>(a, b) = (1, 2) AND …</c> and, with OR, <c>a IN (1, b) OR …</c>. A list that stands later than first stays in its parentheses.
/// </summary>
internal static class FlatLists
{
    public static string Flatten(string sql)
    {
        var tokens = sql.Contains("((", StringComparison.Ordinal) ? SqlScanner.Scan(sql).ToList() : [];
        var dropped = new SortedSet<int>();
        var open = new Stack<(int At, string? Word)>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].IsSymbol(sql, '('))
            {
                open.Push((i, null));
            }
            else if (WordOf(sql, tokens[i]) is { } word && open.TryPop(out var list))
            {
                open.Push((list.At, word));
            }
            else if (tokens[i].IsSymbol(sql, ')') && open.TryPop(out var ended) && IsFirstOfSame(sql, tokens, ended, close: i))
            {
                dropped.UnionWith([tokens[ended.At].Start, tokens[i].Start]);
            }
        }

        return TextPositions.Drop(sql, dropped);
    }

    private static bool IsFirstOfSame(string sql, List<SqlToken> tokens, (int At, string? Word) list, int close) =>
        list is { At: > 0, Word: { } word } && tokens[list.At - 1].IsSymbol(sql, '(') && close + 1 < tokens.Count && WordOf(sql, tokens[close + 1]) == word;

    private static string? WordOf(string sql, SqlToken token) => token.IsWord(sql, "AND") ? "AND" : token.IsWord(sql, "OR") ? "OR" : null;
}
