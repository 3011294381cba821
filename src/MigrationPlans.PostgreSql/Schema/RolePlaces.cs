using MigrationPlans.Inspection;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Finds the role names in the statements of an entry: only where the grammar has a role.</summary>
internal static class RolePlaces
{
    /// <summary>The names' tokens, in order.</summary>
    public static IEnumerable<SqlToken> In(string kind, string statement)
    {
        var tokens = SqlScanner.Scan(statement).Where(token => token.Kind != SqlTokenKind.Comment).ToList();
        var places = kind switch
        {
            "ACL" or "ACL LANGUAGE" => PrivilegePlaces(statement, tokens),
            "DEFAULT ACL" => [.. After(statement, tokens, "FOR", "ROLE"), .. PrivilegePlaces(statement, tokens)],
            "POLICY" => After(statement, tokens, "TO"),
            "USER MAPPING" => After(statement, tokens, "FOR"),
            "FUNCTION" or "PROCEDURE" => [.. SettingPlaces(statement, tokens), .. OwnerPlaces(statement, tokens)],
            "SCHEMA" => [.. After(statement, tokens, "AUTHORIZATION"), .. OwnerPlaces(statement, tokens)],
            _ => OwnerPlaces(statement, tokens),
        };

        // A bare PUBLIC or CURRENT_USER is no role's name; a role called "PUBLIC" is quoted.
        return places.Where(token => !IsKeyword(statement, token)).Distinct().OrderBy(token => token.Start);
    }

    /// <summary>Roles whose rights it takes to run the entries, each once, sorted.</summary>
    public static string[] Acting(IEnumerable<SchemaEntry> entries) => [.. entries.SelectMany(Acting)
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal)];

    /// <summary>Roles whose rights it takes to run the entry: the owner that it names, the role whose defaults it sets, another grantor.</summary>
    public static IEnumerable<string> Acting(SchemaEntry entry)
    {
        foreach (var statement in SqlStatements.Split(entry.Sql))
        {
            var tokens = SqlScanner.Scan(statement).ToList();
            var acting = OwnerPlaces(statement, tokens)
                .Concat(entry.Kind == "DEFAULT ACL" ? After(statement, tokens, "FOR", "ROLE") : [])
                .Concat(tokens.Count == 4 && tokens[0].IsWord(statement, "SET") && tokens[1].IsWord(statement, "ROLE") ? [tokens[2]] : []);
            foreach (var token in acting)
            {
                yield return token.Name(statement);
            }
        }
    }

    /// <summary>The owner that the entry gives its object to; null when it says nothing of it.</summary>
    public static string? Owner(SchemaEntry entry) =>
        SqlStatements.Split(entry.Sql)
            .SelectMany(statement => OwnerPlaces(statement, [.. SqlScanner.Scan(statement)]).Select(token => token.Name(statement)))
            .LastOrDefault();

    /// <summary>The entry's statements as they are where the owner is another one.</summary>
    /// <param name="owner">Quoted or not, as in a statement.</param>
    public static string WithOwner(SchemaEntry entry, string owner)
    {
        foreach (var statement in SqlStatements.Split(entry.Sql))
        {
            if (OwnerPlaces(statement, [.. SqlScanner.Scan(statement)]) is [var place])
            {
                return entry.Sql.Replace(statement, $"{statement[..place.Start]}{owner}{statement[place.End..]}", StringComparison.Ordinal);
            }
        }

        return entry.Sql;
    }

    /// <summary>The last word of <c>ALTER … OWNER TO role;</c>.</summary>
    private static SqlToken[] OwnerPlaces(string sql, List<SqlToken> tokens) =>
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

    /// <summary>In <c>SET role TO 'role'</c> of a function the string. Nothing else in a definition looks so: an UPDATE in a body has an equals sign.</summary>
    private static IEnumerable<SqlToken> SettingPlaces(string sql, List<SqlToken> tokens) =>
        from at in Enumerable.Range(0, Math.Max(0, tokens.Count - 3))
        where tokens[at].IsWord(sql, "SET")
            && IsName(tokens[at + 1])
            && RoleSetting.IsOne(tokens[at + 1].Name(sql))
            && tokens[at + 2].IsWord(sql, "TO")
            && tokens[at + 3].Kind == SqlTokenKind.Text
        select tokens[at + 3];

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

    private static bool IsKeyword(string sql, SqlToken token) =>
        token.IsWord(sql, "PUBLIC") || token.IsWord(sql, "CURRENT_USER") || token.IsWord(sql, "SESSION_USER") || token.IsWord(sql, "CURRENT_ROLE");
}
