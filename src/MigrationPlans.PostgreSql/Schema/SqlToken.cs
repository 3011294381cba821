namespace MigrationPlans.PostgreSql.Schema;

internal enum SqlTokenKind
{
    /// <summary>A keyword, an unquoted name or a number.</summary>
    Word,

    /// <summary><c>"name"</c>, also <c>U&amp;"name"</c>.</summary>
    QuotedName,

    /// <summary>A string in quotes or dollars, with its prefix.</summary>
    Text,

    /// <summary>A single character of punctuation or of an operator.</summary>
    Symbol,

    /// <summary><c>-- …</c> without the line's end, or <c>/* … */</c>.</summary>
    Comment,
}

/// <summary>A stretch of SQL text.</summary>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;

    public ReadOnlySpan<char> In(string sql) => sql.AsSpan(Start, Length);

    public bool IsWord(string sql, string word) =>
        Kind == SqlTokenKind.Word && In(sql).Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string sql, char symbol) => Kind == SqlTokenKind.Symbol && sql[Start] == symbol;

    /// <summary>The name that the token stands for: quotes taken off, or folded to lower case as the server does.</summary>
    public string Name(string sql) => Kind == SqlTokenKind.QuotedName
        ? sql.Substring(Start + 1, Length - 2).Replace("\"\"", "\"", StringComparison.Ordinal)
        : FoldAscii(In(sql));

    /// <summary>What a string in quotes stands for, as pg_dump writes it: quotes are doubled, and after an E backslashes too.</summary>
    public string Value(string sql)
    {
        var text = sql.Substring(Start, Length);
        var value = text[(text.IndexOf('\'', StringComparison.Ordinal) + 1)..^1].Replace("''", "'", StringComparison.Ordinal);
        return text[0] is 'E' or 'e' ? value.Replace("\\\\", "\\", StringComparison.Ordinal) : value;
    }

    private static string FoldAscii(ReadOnlySpan<char> word) =>
        string.Create(word.Length, word, static (folded, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                folded[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
            }
        });
}
