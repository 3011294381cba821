using System.Text;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// One form for what PostgreSQL prints in two. Beside <see cref="FlatLists"/>: <c>status IN ('a', 'b')</c> on a varchar column is printed as
/// <c>(ARRAY['a'::varchar, 'b'::varchar])::text[]</c>; read in again, the same is printed as
/// <c>ARRAY[('a'::varchar)::text, ('b'::varchar)::text]</c>, and from then on so.
/// </summary>
internal static class PrintedForm
{
    public static string Normalize(string expression) => FlatLists.Flatten(WithElementsCast(WithJoinCondition(expression)));

    /// <summary>A NATURAL JOIN of tables without a common column is printed with <c>ON TRUE</c>; read in again, it has a condition, <c>ON (true)</c>.</summary>
    private static string WithJoinCondition(string expression)
    {
        var tokens = expression.Contains("ON TRUE", StringComparison.Ordinal) ? SqlScanner.Scan(expression).ToList() : [];
        var (result, start) = (new StringBuilder(expression.Length), 0);
        for (var i = 1; i < tokens.Count; i++)
        {
            if (tokens[i - 1].IsWord(expression, "ON") && tokens[i].IsWord(expression, "TRUE"))
            {
                result.Append(expression, start, tokens[i].Start - start).Append("(true)");
                start = tokens[i].End;
            }
        }

        return result.Append(expression, start, expression.Length - start).ToString();
    }

    private static string WithElementsCast(string expression)
    {
        var tokens = expression.Contains("(ARRAY[", StringComparison.Ordinal) ? SqlScanner.Scan(expression).ToList() : [];
        for (var i = 0; i + 2 < tokens.Count; i++)
        {
            if (tokens[i].IsSymbol(expression, '(') && tokens[i + 1].IsWord(expression, "ARRAY") && Rewrite(expression, tokens, i) is { } rewritten)
            {
                // One at a time: what it holds may be an array again.
                return WithElementsCast(rewritten);
            }
        }

        return expression;
    }

    public static bool HoldsQuery(string expression) => SqlScanner.Scan(expression).Any(token => token.IsWord(expression, "SELECT"));

    /// <summary>Null when the parenthesis is not cast to an array type.</summary>
    private static string? Rewrite(string text, List<SqlToken> tokens, int open)
    {
        var (depth, ends) = (0, new List<int>());
        var at = open + 2;
        for (; at < tokens.Count; at++)
        {
            depth += tokens[at].IsSymbol(text, '[') || tokens[at].IsSymbol(text, '(')
                ? 1
                : tokens[at].IsSymbol(text, ']') || tokens[at].IsSymbol(text, ')') ? -1 : 0;
            if (depth == 0 || (depth == 1 && tokens[at].IsSymbol(text, ',')))
            {
                ends.Add(at);
            }

            if (depth == 0)
            {
                break;
            }
        }

        if (at + 4 >= tokens.Count || !tokens[at + 1].IsSymbol(text, ')') || !tokens[at + 2].IsSymbol(text, ':') || !tokens[at + 3].IsSymbol(text, ':'))
        {
            return null;
        }

        var bracket = tokens.FindIndex(at + 4, token => token.IsSymbol(text, '['));
        if (bracket < 0
            || bracket + 1 >= tokens.Count
            || !tokens[bracket + 1].IsSymbol(text, ']')
            || tokens[(at + 4)..bracket].Any(token => token.IsSymbol(text, ')')))
        {
            return null;
        }

        var type = text[tokens[at + 4].Start..tokens[bracket].Start];
        var result = new StringBuilder(text, 0, tokens[open].Start, text.Length + 64).Append("ARRAY[");
        var start = tokens[open + 2].End;
        foreach (var end in ends)
        {
            result.Append(start == tokens[open + 2].End ? "" : ", ").Append('(').Append(text[start..tokens[end].Start].Trim()).Append(")::").Append(type);
            start = tokens[end].End;
        }

        return result.Append(']').Append(text, tokens[bracket + 1].End, text.Length - tokens[bracket + 1].End).ToString();
    }
}
