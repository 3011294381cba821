using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// Compares a table's rows on both sides by hashes that the servers compute. A large table is cut into pieces, which several workers compare at
/// the same time: each side by its own pages, so that only the sums of all pieces say something.
/// </summary>
/// <param name="pieces">How many there are; each is to be read once.</param>
internal sealed class ContentComparison(TableCopy table, int pieces)
{
    private readonly Lock turn = new();
    private RowSum here = new(0, "0");
    private RowSum there = new(0, "0");
    private int read;
    private volatile bool isUnknown;

    /// <summary>How many pieces a table is worth.</summary>
    /// <param name="serverMajor">The older version of the two.</param>
    public static int PiecesOf(TableCopy table, int serverMajor) => TableChunks.Count(table.Source.Pages, table.Source.Bytes, serverMajor);

    /// <summary>Reads one of the pieces.</summary>
    /// <param name="piece">From 0 on.</param>
    /// <param name="source">In the snapshot's transaction, which survives.</param>
    /// <param name="target">Outside of any transaction.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    /// <returns>True for the last of the pieces, when all rows are equal. False also when it can't be told.</returns>
    public async Task<bool> ReadAsync(int piece, NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        // An extension's configuration: small, and only a part of the table is ours.
        var sums = table.Source.Condition is null && !isUnknown ? await TrySumAsync(piece, source, target, cancellationToken) : null;
        lock (turn)
        {
            if (sums is { } sum)
            {
                (here, there) = (here.Add(sum.Here), there.Add(sum.There));
            }
            else
            {
                isUnknown = true;
            }

            return ++read == pieces && !isUnknown && here == there;
        }
    }

    /// <returns>Null where a row can't be read in one piece: copied again rather than trusted.</returns>
    private async Task<(RowSum Here, RowSum There)?> TrySumAsync(
        int piece, NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var columns = Columns();
        var hash = RowHash.Between(source, target);
        var ofSource = hash.Select($"ONLY {table.Name.Sql}", columns, TableChunks.Condition(table.Source.Pages, piece, pieces));
        var ofTarget = hash.Select($"ONLY {table.Target.Name.Sql}", columns, TableChunks.Condition(table.Target.Pages, piece, pieces));
        var onSource = SumAsync(source, $"SAVEPOINT comparison; {ofSource}; RELEASE SAVEPOINT comparison", cancellationToken);
        var onTarget = SumAsync(target, ofTarget, cancellationToken);
        try
        {
            var sums = await Task.WhenAll(onSource, onTarget);
            return (sums[0], sums[1]);
        }
        catch (PostgresException exception) when (RowHash.IsTooLong(exception))
        {
            if (onSource.IsFaulted)
            {
                await source.ExecuteAsync("ROLLBACK TO SAVEPOINT comparison", cancellationToken);
            }

            return null;
        }
    }

    /// <summary>A type that is not the same over there goes by its text, but for domains over xml.</summary>
    private List<RowHashColumn> Columns()
    {
        var types = table.Target.Columns.Zip(table.Target.Types).ToDictionary(column => column.First, column => column.Second, StringComparer.Ordinal);
        return [.. table.Source.Columns.Zip(
            table.Source.Types,
            (name, type) => new RowHashColumn(name, table.Xml.GetValueOrDefault(name, types[name] == type ? type : 0)))];
    }

    private static async Task<RowSum> SumAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(sql, reader => new RowSum(reader.GetInt64(0), reader.GetString(1)), cancellationToken);
        return rows[0];
    }
}
