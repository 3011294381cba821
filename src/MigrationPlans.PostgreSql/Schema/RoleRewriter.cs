using System.Collections.Immutable;
using System.Text;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Puts mapped roles' new names into statements: only where the grammar has a role, token by token, so that a table, a
/// column or a text of the same name stays as it is.
/// </summary>
internal sealed class RoleRewriter(ImmutableSortedDictionary<string, string> map)
{
    public SchemaEntry Rewrite(SchemaEntry entry)
    {
        if (map.IsEmpty)
        {
            return entry;
        }

        var statements = SqlStatements.Split(entry.Sql).Select(statement => Rewrite(entry.Kind, statement));
        var owner = entry.Owner is { } name && map.TryGetValue(name, out var mapped) ? mapped : entry.Owner;
        return entry with { Sql = string.Join('\n', statements), Owner = owner };
    }

    internal string Rewrite(string kind, string statement)
    {
        var tokens = SqlScanner.Scan(statement).Where(token => token.Kind != SqlTokenKind.Comment).ToList();
        var places = kind switch
        {
            "ACL" or "ACL LANGUAGE" => PrivilegePlaces(statement, tokens),
            "DEFAULT ACL" => [.. After(statement, tokens, "FOR", "ROLE"), .. PrivilegePlaces(statement, tokens)],
            "POLICY" => After(statement, tokens, "TO"),
            "USER MAPPING" => After(statement, tokens, "FOR"),
            "SCHEMA" => [.. After(statement, tokens, "AUTHORIZATION"), .. OwnerPlaces(statement, tokens)],
            _ => OwnerPlaces(statement, tokens),
        };
        return Replace(statement, places.Distinct().OrderBy(token => token.Start));
    }

    /// <summary>The last word of <c>ALTER … OWNER TO role;</c>.</summary>
    private static IEnumerable<SqlToken> OwnerPlaces(string sql, List<SqlToken> tokens) =>
        tokens.Count > 4 && tokens[0].IsWord(sql, "ALTER") && tokens[^4].IsWord(sql, "OWNER") && tokens[^3].IsWord(sql, "TO") && tokens[^1].IsSymbol(sql, ';')
            ? [tokens[^2]]
            : [];

    /// <summary>
    /// Names after the <c>TO</c> or <c>FROM</c> outside parentheses, and after <c>GRANTED BY</c>. In
    /// <c>SET SESSION AUTHORIZATION role;</c>, which pg_dump puts around grants of other grantors, the last word.
    /// </summary>
    private static IEnumerable<SqlToken> PrivilegePlaces(string sql, List<SqlToken> tokens) =>
        tokens.Count > 3 && tokens[0].IsWord(sql, "SET") && tokens[1].IsWord(sql, "SESSION") && tokens[2].IsWord(sql, "AUTHORIZATION")
            ? tokens[3].IsWord(sql, "DEFAULT") ? [] : [tokens[3]]
            : [.. After(sql, tokens, "TO"), .. After(sql, tokens, "FROM"), .. After(sql, tokens, "GRANTED", "BY")];

    /// <summary>The list of names that follows the words, where they first stand outside parentheses.</summary>
    private static List<SqlToken> After(string sql, List<SqlToken> tokens, params string[] words)
    {
        var (depth, names) = (0, new List<SqlToken>());
        for (var i = 0; i + words.Length < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol(sql, '(') ? 1 : tokens[i].IsSymbol(sql, ')') ? -1 : 0;
            if (depth == 0 && words.Select((word, offset) => tokens[i + offset].IsWord(sql, word)).All(isThere => isThere))
            {
                for (var at = i + words.Length; at < tokens.Count && IsName(tokens[at]); at += 2)
                {
                    names.Add(tokens[at]);
                    if (at + 1 >= tokens.Count || !tokens[at + 1].IsSymbol(sql, ','))
                    {
                        break;
                    }
                }

                break;
            }
        }

        return names;
    }

    private static bool IsName(SqlToken token) => token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    private string Replace(string sql, IEnumerable<SqlToken> places)
    {
        var (text, position) = (new StringBuilder(sql.Length), 0);
        foreach (var place in places)
        {
            // A bare PUBLIC or CURRENT_USER is no role's name; a role called "PUBLIC" is quoted.
            if (map.TryGetValue(place.Name(sql), out var name) && !IsKeyword(sql, place))
            {
                text.Append(sql, position, place.Start - position).Append(SqlText.Identifier(name));
                position = place.End;
            }
        }

        return text.Append(sql, position, sql.Length - position).ToString();
    }

    private static bool IsKeyword(string sql, SqlToken token) =>
        token.IsWord(sql, "PUBLIC") || token.IsWord(sql, "CURRENT_USER") || token.IsWord(sql, "SESSION_USER") || token.IsWord(sql, "CURRENT_ROLE");
}
