using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Options that a server keeps for itself among a column's: <c>pg_attver</c>, since 17.12. pg_dump of that release and later leaves it
/// out; an older one, of a newer version too, prints it, and a server that does not know it refuses the table.
/// </summary>
internal static class ServerOptions
{
    private static readonly ImmutableHashSet<string> Names = ["pg_attver"];

    /// <returns>The statement without them; null when nothing is left to say.</returns>
    public static string? Remove(string statement)
    {
        if (!statement.StartsWith("ALTER ", StringComparison.Ordinal) || !Names.Any(name => statement.Contains(name, StringComparison.Ordinal)))
        {
            return statement;
        }

        var tokens = SqlScanner.Scan(statement).ToList();
        // ALTER TABLE ONLY t ALTER COLUMN c SET (name=value, name=value);
        var open = tokens.FindIndex(token => token.IsSymbol(statement, '('));
        var close = tokens.FindIndex(token => token.IsSymbol(statement, ')'));
        if (open < 1 || close < open || !tokens[open - 1].IsWord(statement, "SET"))
        {
            return statement;
        }

        var options = Options(statement, tokens[(open + 1)..close]).ToList();
        var kept = options.Where(option => !Names.Contains(option.Name)).Select(option => option.Text).ToList();
        return kept.Count == options.Count ? statement
            : kept.Count == 0 ? null
            : $"{statement[..tokens[open].End]}{string.Join(", ", kept)}{statement[tokens[close].Start..]}";
    }

    private static IEnumerable<(string Name, string Text)> Options(string statement, IReadOnlyList<SqlToken> tokens)
    {
        for (var start = 0; start < tokens.Count;)
        {
            var end = start;
            while (end < tokens.Count && !tokens[end].IsSymbol(statement, ','))
            {
                end++;
            }

            yield return (tokens[start].Name(statement), statement[tokens[start].Start..tokens[end - 1].End]);
            start = end + 1;
        }
    }
}
