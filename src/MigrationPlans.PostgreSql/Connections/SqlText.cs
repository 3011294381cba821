namespace MigrationPlans.PostgreSql.Connections;

/// <summary>The one place where names and values become SQL text. Values go as parameters wherever the statement takes them.</summary>
public static class SqlText
{
    /// <summary>A quoted identifier.</summary>
    /// <exception cref="ArgumentException">The name holds a NUL, which no identifier can.</exception>
    public static string Identifier(string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("an identifier can't hold a NUL character", nameof(name));
        }

        return $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A quoted, schema-qualified name.</summary>
    public static string Qualified(string schema, string name) => $"{Identifier(schema)}.{Identifier(name)}";

    /// <summary>A string literal, for utility statements that take no parameters; right whatever standard_conforming_strings is.</summary>
    public static string Literal(string value)
    {
        var doubled = value.Replace("'", "''", StringComparison.Ordinal);
        return value.Contains('\\', StringComparison.Ordinal)
            ? $" E'{doubled.Replace("\\", "\\\\", StringComparison.Ordinal)}'"
            : $"'{doubled}'";
    }
}
