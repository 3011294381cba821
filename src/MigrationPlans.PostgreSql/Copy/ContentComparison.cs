using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Verification;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Compares a table's rows on both sides by hashes that the servers compute.</summary>
internal static class ContentComparison
{
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

        var columns = Columns(table);
        var hash = RowHash.Between(source, target);
        var here = ReadAsync(source, $"SAVEPOINT comparison; {hash.Select($"ONLY {table.Name.Sql}", columns)}; RELEASE SAVEPOINT comparison", cancellationToken);
        var there = ReadAsync(target, hash.Select($"ONLY {table.Target.Name.Sql}", columns), cancellationToken);
        try
        {
            var hashes = await Task.WhenAll(here, there);
            return hashes[0] == hashes[1];
        }
        catch (PostgresException exception) when (RowHash.IsTooLong(exception))
        {
            // Copied again rather than trusted.
            if (here.IsFaulted)
            {
                await source.ExecuteAsync("ROLLBACK TO SAVEPOINT comparison", cancellationToken);
            }

            return false;
        }
    }

    /// <summary>A type that is not the same over there goes by its text.</summary>
    private static List<RowHashColumn> Columns(TableCopy table)
    {
        var types = table.Target.Columns.Zip(table.Target.Types).ToDictionary(column => column.First, column => column.Second, StringComparer.Ordinal);
        return [.. table.Source.Columns.Zip(table.Source.Types, (name, type) => new RowHashColumn(name, types[name] == type ? type : 0))];
    }

    private static async Task<(long Rows, string Hash)> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(sql, reader => (reader.GetInt64(0), reader.GetString(1)), cancellationToken);
        return rows[0];
    }
}
