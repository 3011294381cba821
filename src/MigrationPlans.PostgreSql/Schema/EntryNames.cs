namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// An entry's real name. What pg_restore prints has line breaks replaced; the statement has the name as it is, and every
/// name in it is quoted.
/// </summary>
internal static class EntryNames
{
    /// <summary>Schema and name of a table, view or the like; null when the statement begins with no qualified name.</summary>
    public static (string Schema, string Name)? Qualified(SchemaEntry entry)
    {
        var sql = entry.Sql;
        var tokens = SqlScanner.Scan(sql).SkipWhile(token => token.Kind != SqlTokenKind.QuotedName).Take(3).ToList();
        return tokens.Count == 3 && tokens[1].IsSymbol(sql, '.') ? (tokens[0].Name(sql), tokens[2].Name(sql)) : null;
    }

    /// <summary>Name of a schema, extension or server: the first that its statement holds.</summary>
    public static string Unqualified(SchemaEntry entry) => Quoted(entry).FirstOrDefault() ?? entry.Tag;

    /// <summary>The schema that the entry is in; null for none.</summary>
    public static string? Schema(SchemaEntry entry)
    {
        // Default privileges name a role first.
        return entry.Schema?.Contains(' ', StringComparison.Ordinal) == true
            ? Quoted(entry).FirstOrDefault(name => OneLine(name) == entry.Schema) ?? entry.Schema
            : entry.Schema;
    }

    private static IEnumerable<string> Quoted(SchemaEntry entry) =>
        SqlScanner.Scan(entry.Sql).Where(token => token.Kind == SqlTokenKind.QuotedName).Select(token => token.Name(entry.Sql));

    private static string OneLine(string name) => name.Replace('\n', ' ').Replace('\r', ' ');
}
