using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Takes away parentheses that say nothing and that not every version of the server prints: a second pair around <c>(at AT TIME ZONE 'UTC')</c>, where an
/// index, a partition key or statistics are on it, and those around <c>x IS DOCUMENT</c>, wherever it stands.
/// </summary>
internal static class SpareParentheses
{
    // Hold less tightly than IS DOCUMENT.
    private static readonly string[] Looser = ["AND", "OR", "NOT"];

    public static string Drop(string sql)
    {
        var holdsDocument = sql.Contains(" IS DOCUMENT", StringComparison.Ordinal);
        var tokens = holdsDocument || sql.Contains("((", StringComparison.Ordinal) ? SqlScanner.Scan(sql).ToList() : [];
        var (dropped, open) = (new SortedSet<int>(), new Stack<int>());
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].IsSymbol(sql, '('))
            {
                open.Push(i);
            }
            else if (tokens[i].IsSymbol(sql, ')') && open.TryPop(out var start) && IsSpare(sql, tokens, start, close: i))
            {
                dropped.UnionWith([tokens[start].Start, tokens[i].Start]);
                tokens.RemoveAt(i);
                tokens.RemoveAt(start);
                i -= 2;
            }
        }

        return TextPositions.Drop(sql, dropped);
    }

    private static bool IsSpare(string sql, List<SqlToken> tokens, int start, int close) =>
        IsDoubled(sql, tokens, start, close) || (tokens[close - 1].IsWord(sql, "DOCUMENT") && IsAroundDocument(sql, tokens, start, close));

    /// <summary>With a comma in them they make one of several: <c>GROUPING SETS ((a, b))</c>.</summary>
    private static bool IsDoubled(string sql, List<SqlToken> tokens, int start, int close) =>
        start > 0 && close + 1 < tokens.Count && tokens[start - 1].IsSymbol(sql, '(') && tokens[close + 1].IsSymbol(sql, ')')
        && Outermost(sql, tokens, start, close).All(token => !token.IsSymbol(sql, ','));

    private static bool IsAroundDocument(string sql, List<SqlToken> tokens, int start, int close) =>
        tokens[close - 2].IsWord(sql, "IS") && Outermost(sql, tokens, start, close).All(token => token.Kind == SqlTokenKind.Symbol
            ? ".:[]()".Contains(sql[token.Start], StringComparison.Ordinal)
            : !Looser.Any(word => token.IsWord(sql, word)));

    /// <summary>Between the two, without what is in further parentheses.</summary>
    private static IEnumerable<SqlToken> Outermost(string sql, List<SqlToken> tokens, int start, int close)
    {
        for (var (i, depth) = (start + 1, 0); i < close; i++)
        {
            depth += tokens[i].IsSymbol(sql, '(') ? 1 : tokens[i].IsSymbol(sql, ')') ? -1 : 0;
            if (depth == 0)
            {
                yield return tokens[i];
            }
        }
    }
}
