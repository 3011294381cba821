using System.Text;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// One form for what PostgreSQL prints in two. Beside <see cref="FlatLists"/>, <see cref="SpareParentheses"/>
/// and <see cref="NegativeNumbers"/>: <c>status IN ('a', 'b')</c> on a varchar column is printed as
/// <c>(ARRAY['a'::varchar, 'b'::varchar])::text[]</c>, of statistics as <c>ARRAY[…]::text[]</c>; read in again, the same is printed
/// as <c>ARRAY[('a'::varchar)::text, ('b'::varchar)::text]</c>, of statistics as <c>ARRAY['a'::varchar::text, …]</c>, and from then
/// on so. And XMLSERIALIZE has <c>NO INDENT</c> from 16 on.
/// </summary>
internal static class PrintedForm
{
    private const string NotIndented = " NO INDENT)";

    public static string Normalize(string expression) =>
        FlatLists.Flatten(SpareParentheses.Drop(NegativeNumbers.Normalize(WithoutIndent(WithoutBlank(WithElementsCast(WithJoinCondition(expression)))))));

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

    private static string WithoutIndent(string expression)
    {
        var tokens = expression.Contains(NotIndented, StringComparison.Ordinal) ? SqlScanner.Scan(expression).ToList() : [];
        var dropped = new SortedSet<int>();
        for (var i = 1; i + 1 < tokens.Count; i++)
        {
            if (tokens[i].IsWord(expression, "NO") && tokens[i + 1].IsWord(expression, "INDENT"))
            {
                dropped.UnionWith(Enumerable.Range(tokens[i - 1].End, tokens[i + 1].End - tokens[i - 1].End));
            }
        }

        return TextPositions.Drop(expression, dropped);
    }

    private static string WithoutBlank(string expression)
    {
        var tokens = expression.Contains("( VALUES", StringComparison.Ordinal) ? SqlScanner.Scan(expression).ToList() : [];
        var dropped = new SortedSet<int>();
        for (var i = 1; i < tokens.Count; i++)
        {
            if (tokens[i - 1].IsSymbol(expression, '(') && tokens[i].IsWord(expression, "VALUES"))
            {
                dropped.UnionWith(Enumerable.Range(tokens[i - 1].End, tokens[i].Start - tokens[i - 1].End));
            }
        }

        return TextPositions.Drop(expression, dropped);
    }

    private static string WithElementsCast(string expression)
    {
        var isCast = expression.Contains("ARRAY[", StringComparison.Ordinal) && expression.Contains("[]", StringComparison.Ordinal);
        var tokens = isCast ? SqlScanner.Scan(expression).ToList() : [];
        for (var i = 0; i + 2 < tokens.Count; i++)
        {
            if (tokens[i].IsWord(expression, "ARRAY") && tokens[i + 1].IsSymbol(expression, '[') && Rewrite(expression, tokens, i) is { } rewritten)
            {
                // One at a time: what it holds may be an array again.
                return WithElementsCast(rewritten);
            }
        }

        return expression;
    }

    public static bool HoldsQuery(string expression) => SqlScanner.Scan(expression).Any(token => token.IsWord(expression, "SELECT"));

    /// <summary>Null when the list is empty, or not cast to an array type.</summary>
    private static string? Rewrite(string text, List<SqlToken> tokens, int array)
    {
        var ends = EndsOfElements(text, tokens, array + 1);
        var last = ends.LastOrDefault();
        if (last <= array + 2)
        {
            return null;
        }

        var isWrapped = array > 0 && tokens[array - 1].IsSymbol(text, '(') && last + 1 < tokens.Count && tokens[last + 1].IsSymbol(text, ')');
        var colon = last + (isWrapped ? 2 : 1);
        var bracket = colon + 2 < tokens.Count ? tokens.FindIndex(colon + 2, token => token.IsSymbol(text, '[')) : -1;
        if (bracket <= colon + 2 || bracket + 1 >= tokens.Count || !tokens[bracket + 1].IsSymbol(text, ']') || !tokens[colon].IsSymbol(text, ':')
            || !tokens[colon + 1].IsSymbol(text, ':') || !tokens[(colon + 2)..bracket].All(token => IsOfName(text, token)))
        {
            return null;
        }

        var type = text[tokens[colon + 2].Start..tokens[bracket].Start];
        var result = new StringBuilder(text, 0, tokens[isWrapped ? array - 1 : array].Start, text.Length + 64).Append("ARRAY[");
        var start = array + 2;
        foreach (var end in ends)
        {
            var element = text[tokens[start].Start..tokens[end - 1].End];
            var hasParentheses = isWrapped || tokens[start].IsSymbol(text, '(');
            result.Append(start == array + 2 ? "" : ", ").Append(hasParentheses ? $"({element})" : element).Append("::").Append(type);
            if (tokens[start].IsWord(text, "ARRAY"))
            {
                result.Append("[]");
            }

            start = end + 1;
        }

        return result.Append(']').Append(text, tokens[bracket + 1].End, text.Length - tokens[bracket + 1].End).ToString();
    }

    /// <summary>The commas between the elements, and the closing bracket; none where there is no such.</summary>
    private static List<int> EndsOfElements(string text, List<SqlToken> tokens, int bracket)
    {
        var (depth, ends) = (0, new List<int>());
        for (var at = bracket; at < tokens.Count; at++)
        {
            var token = tokens[at];
            depth += token.IsSymbol(text, '[') || token.IsSymbol(text, '(') ? 1 : token.IsSymbol(text, ']') || token.IsSymbol(text, ')') ? -1 : 0;
            if (depth == 0 || (depth == 1 && token.IsSymbol(text, ',')))
            {
                ends.Add(at);
            }

            if (depth == 0)
            {
                return ends;
            }
        }

        return [];
    }

    private static bool IsOfName(string text, SqlToken token) => token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName || token.IsSymbol(text, '.');
}
