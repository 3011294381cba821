using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Splits SQL text into its statements, each with its closing semicolon; comments between them are dropped.</summary>
internal static class SqlStatements
{
    public static ImmutableArray<string> Split(string sql) => Split(sql, SqlScanner.Scan(sql));

    /// <param name="sql">The whole text.</param>
    /// <param name="tokens">Those of its tokens that the statements are made of.</param>
    public static ImmutableArray<string> Split(string sql, IEnumerable<SqlToken> tokens) => [.. Ranges(sql, tokens).Select(range => sql[range])];

    private static IEnumerable<Range> Ranges(string sql, IEnumerable<SqlToken> tokens)
    {
        var statement = new OpenStatement();
        foreach (var token in tokens.Where(token => token.Kind != SqlTokenKind.Comment))
        {
            if (statement.Add(sql, token))
            {
                yield return statement.Start..token.End;
                statement = new OpenStatement();
            }
        }

        if (statement.Start >= 0)
        {
            yield return statement.Start..statement.End;
        }
    }

    /// <summary>A statement on its way to its semicolon; those inside parentheses and SQL-standard function bodies are its own.</summary>
    private sealed class OpenStatement
    {
        private int parentheses;
        private int blocks;
        private bool afterBegin;

        public int Start { get; private set; } = -1;

        public int End { get; private set; }

        /// <returns>True when the token closes the statement.</returns>
        public bool Add(string sql, SqlToken token)
        {
            Start = Start < 0 ? token.Start : Start;
            End = token.End;
            if (token.Kind == SqlTokenKind.Word)
            {
                FollowBlocks(sql, token);
                return false;
            }

            afterBegin = false;
            parentheses += token.IsSymbol(sql, '(') ? 1 : token.IsSymbol(sql, ')') ? -1 : 0;
            return parentheses == 0 && blocks == 0 && token.IsSymbol(sql, ';');
        }

        // BEGIN ATOMIC … END, with CASE … END inside. pg_dump quotes every name (--quote-all-identifiers), so a bare word is a keyword.
        private void FollowBlocks(string sql, SqlToken word)
        {
            if (blocks == 0)
            {
                blocks = afterBegin && word.IsWord(sql, "ATOMIC") ? 1 : 0;
            }
            else if (word.IsWord(sql, "CASE"))
            {
                blocks++;
            }
            else if (word.IsWord(sql, "END"))
            {
                blocks--;
            }

            afterBegin = word.IsWord(sql, "BEGIN");
        }
    }
}
