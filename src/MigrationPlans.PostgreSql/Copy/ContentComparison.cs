using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Verification;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Compares a table's rows on both sides by hashes that the servers compute.</summary>
internal static class ContentComparison
{
    private const uint Bytea = 17;

    // Both mean that a row's text form is too large; such a table is copied again rather than trusted.
    private static readonly ImmutableArray<string> TooLarge = ["54000", "53200"];

    /// <param name="source">In the snapshot's transaction, which survives.</param>
    /// <param name="target">Outside of any transaction.</param>
    /// <returns>False also when it can't be told.</returns>
    public static async Task<bool> AreEqualAsync(NpgsqlConnection source, NpgsqlConnection target, TableCopy table, CancellationToken cancellationToken)
    {
        if (table.Source.Condition is not null)
        {
            // An extension's configuration: small, and only a part of the table is ours.
            return false;
        }

        var columns = table.Source.Columns.Zip(table.Source.Types, (name, type) => new RowHashColumn(name, IsBytea: type == Bytea)).ToList();
        await source.ExecuteAsync("SAVEPOINT comparison", cancellationToken);
        try
        {
            var hashes = await Task.WhenAll(
                ReadAsync(source, RowHash.Select($"ONLY {table.Name.Sql}", columns), cancellationToken),
                ReadAsync(target, RowHash.Select($"ONLY {table.Target.Name.Sql}", columns), cancellationToken));
            return hashes[0] == hashes[1];
        }
        catch (PostgresException exception) when (TooLarge.Contains(exception.SqlState))
        {
            await source.ExecuteAsync("ROLLBACK TO SAVEPOINT comparison", cancellationToken);
            return false;
        }
    }

    private static async Task<(long Rows, string Hash)> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(sql, reader => (reader.GetInt64(0), reader.GetString(1)), cancellationToken);
        return rows[0];
    }
}
