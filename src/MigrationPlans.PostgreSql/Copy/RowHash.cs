using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>A table's content in two numbers that do not depend on the order of rows: their count and the sum of their hashes.</summary>
internal static class RowHash
{
    // Program limit exceeded (a row's text is larger than 1 GB); out of memory.
    private static readonly string[] TooLarge = ["54000", "53200"];

    public static string Sql(TableName table, TableRows columns, string? condition)
    {
        var row = $"ROW({CopySql.Columns(columns)})::pg_catalog.text COLLATE pg_catalog.\"C\"";
        return $"""
            SELECT pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.sum(pg_catalog.hashtextextended({row}, 0)::pg_catalog.numeric),
              ' ', pg_catalog.sum(pg_catalog.hashtextextended({row}, 1)::pg_catalog.numeric))
            FROM ONLY {table.Sql} {condition}
            """;
    }

    /// <summary>The table's hash; null when a row is too large for it.</summary>
    public static async Task<string?> ReadAsync(
        NpgsqlConnection connection, TableName table, TableRows columns, string? condition, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(Sql(table, columns, condition), connection);
            return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (PostgresException exception) when (TooLarge.Contains(exception.SqlState))
        {
            return null;
        }
    }
}
