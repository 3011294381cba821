using System.Text;
using System.Text.RegularExpressions;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Names of columns that the server gives by itself. Where nobody sees them (<c>EXISTS (SELECT 'x')</c>, a later branch of a UNION, the
/// body of a function) it prints none for <c>'x'::text</c>; read in again, the column is called after the type, and printed as
/// <c>'x'::text AS text</c>. Where they are seen, it prints all but those of plain columns, so that taking them away hides nothing.
/// </summary>
internal static partial class ImpliedNames
{
    /// <summary>What <c>::</c> is followed by, and the name that is meant.</summary>
    private static readonly Dictionary<string, string> InternalTypes = new(StringComparer.Ordinal)
    {
        ["bigint"] = "int8",
        ["bit varying"] = "varbit",
        ["boolean"] = "bool",
        ["character"] = "bpchar",
        ["character varying"] = "varchar",
        ["double precision"] = "float8",
        ["integer"] = "int4",
        ["real"] = "float4",
        ["smallint"] = "int2",
        ["time with time zone"] = "timetz",
        ["time without time zone"] = "time",
        ["timestamp with time zone"] = "timestamptz",
        ["timestamp without time zone"] = "timestamp",
    };

    private static readonly string[] AfterFirstColumn =
    [
        "FROM",
        "WHERE",
        "GROUP",
        "HAVING",
        "WINDOW",
        "UNION",
        "INTERSECT",
        "EXCEPT",
        "ORDER",
        "LIMIT",
        "OFFSET",
        "FETCH",
        "FOR",
    ];

    public static string Drop(string sql)
    {
        var tokens = sql.Contains(" AS ", StringComparison.Ordinal) ? SqlScanner.Scan(sql).ToList() : [];
        var (result, start) = (new StringBuilder(sql.Length), 0);
        for (var i = 1; i + 1 < tokens.Count; i++)
        {
            if (tokens[i].IsWord(sql, "AS") && IsName(sql, tokens[i + 1]) && Implied(sql, tokens, i - 1) == tokens[i + 1].Name(sql))
            {
                result.Append(sql, start, tokens[i - 1].End - start);
                start = tokens[i + 1].End;
            }
        }

        return result.Append(sql, start, sql.Length - start).ToString();
    }

    /// <summary>Of the expression that ends there; null for those that the server names wherever they stand, or never.</summary>
    private static string? Implied(string sql, List<SqlToken> tokens, int last) =>
        OfCast(sql, tokens, last)
        ?? (IsName(sql, tokens[last]) ? tokens[last].Name(sql) : tokens[last].IsSymbol(sql, ')') ? InParentheses(sql, tokens, last) : null);

    private static string? OfCast(string sql, List<SqlToken> tokens, int last)
    {
        var colon = tokens.FindLastIndex(
            last,
            token => !(token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName || ".,()[]".Contains(sql[token.Start], StringComparison.Ordinal)));
        if (colon < 1 || colon == last || !tokens[colon].IsSymbol(sql, ':') || !tokens[colon - 1].IsSymbol(sql, ':'))
        {
            return null;
        }

        var type = Modifiers().Replace(sql[tokens[colon + 1].Start..tokens[last].End], "");
        return InternalTypes.TryGetValue(type, out var name) ? name : SqlScanner.Scan(type).ToList() switch
        {
            [var only] when IsName(type, only) => only.Name(type),
            [_, var dot, var named] when dot.IsSymbol(type, '.') => named.Name(type),
            [var interval, ..] when interval.IsWord(type, "interval") && type.All(c => c is ' ' || char.IsAsciiLetterLower(c)) => "interval",
            _ => null,
        };
    }

    private static string? InParentheses(string sql, List<SqlToken> tokens, int close)
    {
        var (open, depth) = (close, 0);
        do
        {
            depth += tokens[open].IsSymbol(sql, ')') ? 1 : tokens[open].IsSymbol(sql, '(') ? -1 : 0;
        }
        while (depth > 0 && --open >= 0);
        if (open < 0 || open + 1 >= close)
        {
            return null;
        }

        if (tokens[open + 1].IsWord(sql, "SELECT"))
        {
            var end = EndOfFirstColumn(sql, tokens, open + 2, close);
            return tokens[end - 2].IsWord(sql, "AS") ? tokens[end - 1].Name(sql) : Implied(sql, tokens, end - 1);
        }

        var collate = tokens.FindLastIndex(close - 1, close - 1 - open, token => token.IsWord(sql, "COLLATE"));
        return collate > open + 1 && tokens[(collate + 1)..close].All(token => IsName(sql, token) || token.IsSymbol(sql, '.'))
            ? Implied(sql, tokens, collate - 1)
            : null;
    }

    private static int EndOfFirstColumn(string sql, List<SqlToken> tokens, int start, int close)
    {
        var depth = 0;
        for (var i = start; i < close; i++)
        {
            var token = tokens[i];
            depth += token.IsSymbol(sql, '(') || token.IsSymbol(sql, '[') ? 1 : token.IsSymbol(sql, ')') || token.IsSymbol(sql, ']') ? -1 : 0;
            if (depth == 0 && (token.IsSymbol(sql, ',') || AfterFirstColumn.Any(word => token.IsWord(sql, word))))
            {
                return i;
            }
        }

        return close;
    }

    private static bool IsName(string sql, SqlToken token) =>
        token.Kind == SqlTokenKind.QuotedName || (token.Kind == SqlTokenKind.Word && !char.IsAsciiDigit(sql[token.Start]));

    [GeneratedRegex(@"\(\d+(,\d+)?\)|\[\]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Modifiers();
}
