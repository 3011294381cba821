namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Cuts SQL text into tokens by PostgreSQL's lexical rules with <c>standard_conforming_strings</c> on, which is how pg_dump
/// writes. Knows nothing of grammar; text that ends inside a quote gives a last token up to the end.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-syntax-lexical.html</remarks>
internal static class SqlScanner
{
    public static IEnumerable<SqlToken> Scan(string sql)
    {
        var position = 0;
        while (position < sql.Length)
        {
            if (char.IsWhiteSpace(sql[position]))
            {
                position++;
                continue;
            }

            var token = Next(sql, position);
            yield return token;
            position = token.End;
        }
    }

    private static SqlToken Next(string sql, int start)
    {
        var first = sql[start];
        var second = start + 1 < sql.Length ? sql[start + 1] : '\0';
        return (first, second) switch
        {
            ('-', '-') => Token(SqlTokenKind.Comment, start, EndOfLine(sql, start)),
            ('/', '*') => Token(SqlTokenKind.Comment, start, EndOfBlockComment(sql, start)),
            ('\'', _) => Token(SqlTokenKind.Text, start, EndOfQuoted(sql, start, '\'', hasEscapes: false)),
            ('"', _) => Token(SqlTokenKind.QuotedName, start, EndOfQuoted(sql, start, '"', hasEscapes: false)),
            ('E' or 'e', '\'') => Token(SqlTokenKind.Text, start, EndOfQuoted(sql, start + 1, '\'', hasEscapes: true)),
            ('B' or 'b' or 'X' or 'x' or 'N' or 'n', '\'') => Token(SqlTokenKind.Text, start, EndOfQuoted(sql, start + 1, '\'', hasEscapes: false)),
            ('U' or 'u', '&') when start + 2 < sql.Length && sql[start + 2] is '\'' or '"' => UnicodeQuoted(sql, start),
            ('$', _) when EndOfDollarQuoted(sql, start) is { } end => Token(SqlTokenKind.Text, start, end),
            _ when IsWordStart(first) || char.IsAsciiDigit(first) => Token(SqlTokenKind.Word, start, EndOfWord(sql, start)),
            _ => new SqlToken(SqlTokenKind.Symbol, start, 1),
        };
    }

    private static SqlToken UnicodeQuoted(string sql, int start)
    {
        var quote = sql[start + 2];
        var kind = quote == '"' ? SqlTokenKind.QuotedName : SqlTokenKind.Text;
        return Token(kind, start, EndOfQuoted(sql, start + 2, quote, hasEscapes: false));
    }

    private static SqlToken Token(SqlTokenKind kind, int start, int end) => new(kind, start, end - start);

    private static int EndOfLine(string sql, int start)
    {
        var end = sql.AsSpan(start).IndexOfAny('\n', '\r');
        return end < 0 ? sql.Length : start + end;
    }

    /// <summary>Block comments nest.</summary>
    private static int EndOfBlockComment(string sql, int start)
    {
        var depth = 0;
        for (var i = start; i + 1 < sql.Length; i++)
        {
            if (sql[i] == '/' && sql[i + 1] == '*')
            {
                depth++;
                i++;
            }
            else if (sql[i] == '*' && sql[i + 1] == '/')
            {
                i++;
                if (--depth == 0)
                {
                    return i + 1;
                }
            }
        }

        return sql.Length;
    }

    private static int EndOfQuoted(string sql, int openingQuote, char quote, bool hasEscapes)
    {
        for (var i = openingQuote + 1; i < sql.Length; i++)
        {
            if (hasEscapes && sql[i] == '\\')
            {
                i++;
            }
            else if (sql[i] == quote)
            {
                if (i + 1 == sql.Length || sql[i + 1] != quote)
                {
                    return i + 1;
                }

                i++;
            }
        }

        return sql.Length;
    }

    /// <summary>Null where the dollar opens no quote: <c>$1</c>.</summary>
    private static int? EndOfDollarQuoted(string sql, int start)
    {
        var tagEnd = start + 1;
        while (tagEnd < sql.Length && (IsWordStart(sql[tagEnd]) || (tagEnd > start + 1 && char.IsAsciiDigit(sql[tagEnd]))))
        {
            tagEnd++;
        }

        if (tagEnd == sql.Length || sql[tagEnd] != '$')
        {
            return null;
        }

        var tag = sql.AsSpan(start, tagEnd + 1 - start);
        var closing = sql.AsSpan(tagEnd + 1).IndexOf(tag, StringComparison.Ordinal);
        return closing < 0 ? sql.Length : tagEnd + 1 + closing + tag.Length;
    }

    private static int EndOfWord(string sql, int start)
    {
        var end = start + 1;
        while (end < sql.Length && (IsWordStart(sql[end]) || char.IsAsciiDigit(sql[end]) || sql[end] == '$'))
        {
            end++;
        }

        return end;
    }

    // The server takes every byte above 127 as a letter.
    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= 0x80;
}
