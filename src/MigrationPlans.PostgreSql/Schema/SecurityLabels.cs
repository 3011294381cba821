using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Takes labels out of a dump whose provider the target lacks. An entry holds all labels of one object and its columns.</summary>
internal static class SecurityLabels
{
    public static IEnumerable<string> Providers(IEnumerable<SchemaEntry> entries) => Labels(entries).Select(label => label.Provider);

    public static ImmutableArray<SchemaEntry> Without(ImmutableArray<SchemaEntry> entries, IReadOnlySet<string> missing) =>
        missing.Count == 0 ? entries : [.. entries.Select(entry => Without(entry, missing)).OfType<SchemaEntry>()];

    /// <summary>What is taken out: provider, and object as pg_dump writes it.</summary>
    public static IEnumerable<(string Provider, string Object)> Left(IEnumerable<SchemaEntry> entries, IReadOnlySet<string> missing) =>
        Labels(entries).Where(label => missing.Contains(label.Provider));

    private static SchemaEntry? Without(SchemaEntry entry, IReadOnlySet<string> missing)
    {
        if (entry.Kind != "SECURITY LABEL")
        {
            return entry;
        }

        var statements = SqlStatements.Split(entry.Sql);
        var kept = statements.Where(statement => Read(statement) is not { } label || !missing.Contains(label.Provider)).ToImmutableArray();
        return kept.Length == statements.Length ? entry : kept.IsEmpty ? null : entry with { Sql = string.Join('\n', kept) };
    }

    private static IEnumerable<(string Provider, string Object)> Labels(IEnumerable<SchemaEntry> entries) =>
        entries.Where(entry => entry.Kind == "SECURITY LABEL").SelectMany(entry => SqlStatements.Split(entry.Sql)).Select(Read).OfType<(string, string)>();

    /// <summary><c>SECURITY LABEL FOR provider ON object IS 'label';</c></summary>
    private static (string Provider, string Object)? Read(string sql)
    {
        var tokens = SqlScanner.Scan(sql).Where(token => token.Kind != SqlTokenKind.Comment).ToList();
        return tokens.Count > 7
            && tokens[0].IsWord(sql, "SECURITY")
            && tokens[1].IsWord(sql, "LABEL")
            && tokens[2].IsWord(sql, "FOR")
            && tokens[4].IsWord(sql, "ON")
            && tokens.FindLastIndex(token => token.IsWord(sql, "IS")) is var end and > 5
                ? (tokens[3].Name(sql), sql[tokens[5].Start..tokens[end - 1].End])
                : null;
    }
}
