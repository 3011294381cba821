using System.Buffers;
using System.Globalization;
using System.Text;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// One form for negative numbers: <c>-1::int</c>, whose cast binds more tightly than its sign, is printed as <c>(- 1)</c>; read in again, that is a constant,
/// printed as <c>'-1'::integer</c>.
/// </summary>
internal static class NegativeNumbers
{
    private const string Sign = "- ";

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789.");

    public static string Normalize(string sql)
    {
        var tokens = sql.Contains(Sign, StringComparison.Ordinal) ? SqlScanner.Scan(sql).ToList() : [];
        var (result, start) = (new StringBuilder(sql.Length), 0);
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (IsSign(sql, tokens, i) && LengthOfNumber(sql, tokens[i + 1].Start) is > 0 and var length)
            {
                var number = sql.AsSpan(tokens[i + 1].Start, length);
                var end = tokens[i + 1].Start + length;
                var isAlone = i > 0 && tokens[i - 1].IsSymbol(sql, '(') && end < sql.Length && sql[end] == ')' && !IsOfCall(tokens, i - 1);
                result.Append(sql, start, (isAlone ? tokens[i - 1].Start : tokens[i].Start) - start)
                    .Append(CultureInfo.InvariantCulture, $"'-{number}'::{(number.Contains('.') ? "numeric" : "integer")}");
                start = isAlone ? end + 1 : end;
            }
        }

        return result.Append(sql, start, sql.Length - start).ToString();
    }

    /// <summary>Of one number, not between two.</summary>
    private static bool IsSign(string sql, List<SqlToken> tokens, int at) =>
        tokens[at].IsSymbol(sql, '-')
        && (at == 0 || (tokens[at - 1].Kind == SqlTokenKind.Symbol && !tokens[at - 1].IsSymbol(sql, ')') && !tokens[at - 1].IsSymbol(sql, ']')));

    /// <summary>0 for what is no number, or has a type of its own behind it.</summary>
    private static int LengthOfNumber(string sql, int start)
    {
        var length = sql.AsSpan(start).IndexOfAnyExcept(OfNumbers);
        length = length < 0 ? sql.Length - start : length;
        var isFollowed = start + length < sql.Length && (sql[start + length] is ':' or '_' || char.IsLetter(sql[start + length]));
        var number = sql.AsSpan(start, length);
        return isFollowed || (!number.Contains('.') && !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)) ? 0 : length;
    }

    /// <summary>The server prints a function's name right before the parenthesis.</summary>
    private static bool IsOfCall(List<SqlToken> tokens, int parenthesis) =>
        parenthesis > 0
        && tokens[parenthesis - 1].Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName
        && tokens[parenthesis - 1].End == tokens[parenthesis].Start;
}
