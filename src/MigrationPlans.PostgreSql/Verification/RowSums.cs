using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Scheduling;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <param name="Hash">Null: rows are only counted.</param>
/// <param name="Columns">To hash, in the same order on both sides.</param>
internal sealed record TableRead(VerifiedTable Table, RowHash? Hash, ImmutableArray<RowHashColumn> Columns)
{
    public string Query(string? condition = null) => Hash is not null
        ? Hash.Select(Table.From, Columns, condition)
        : $"SELECT pg_catalog.count(*) FROM {Table.From} AS t{(condition is null ? "" : $" WHERE {condition}")}";
}

/// <summary>Counts, and where asked hashes, the rows of many tables on one side: large ones in chunks, small ones many a round trip.</summary>
internal sealed class RowSums(SharedSnapshot snapshot)
{
    private const long LargeBytes = 8 << 20;

    private const int SmallPerRoundTrip = 64;

    private readonly ConcurrentDictionary<(string Schema, string Name), RowSum> sums = new();

    private readonly ConcurrentDictionary<(string Schema, string Name), string> tooLong = new();

    /// <summary>Tables with rows that are longer than a server can hold in one piece, and its words.</summary>
    public IReadOnlyDictionary<(string Schema, string Name), string> TooLong => tooLong;

    /// <param name="parallelism">Connections at once.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    public async Task<IReadOnlyDictionary<(string Schema, string Name), RowSum>> ReadAsync(IReadOnlyCollection<TableRead> reads, int parallelism, CancellationToken cancellationToken)
    {
        var bySize = reads.ToLookup(read => read.Table.Bytes >= LargeBytes);
        var pieces = bySize[true]
            .SelectMany(read => Chunks(read).Select(query => (Pieces: new[] { (read.Table, query) }, Weight: read.Table.Bytes)))
            .Concat(bySize[false].OrderByDescending(read => read.Table.Bytes).Chunk(SmallPerRoundTrip)
                .Select(group => (Pieces: group.Select(read => (read.Table, read.Query())).ToArray(), Weight: group.Sum(read => read.Table.Bytes))));
        var items = pieces.Select((piece, i) => new WorkItem
        {
            Key = $"{i} {piece.Pieces[0].Table.From}",
            Weight = piece.Weight,
            RunAsync = (connection, token) => ReadGroupAsync(connection, piece.Pieces, token),
        });
        using var graph = new WorkGraph([.. items]);
        await graph.RunAsync(parallelism, snapshot.OpenAsync, cancellationToken, cancellationToken);
        return sums;
    }

    private IEnumerable<string> Chunks(TableRead read) => read.Table is { IsTree: false, Condition: null } whole
        ? TableChunks.Conditions(whole.Pages, whole.Bytes, snapshot.ServerMajor).Select(read.Query)
        : [read.Query(null)];

    private async Task ReadGroupAsync(NpgsqlConnection connection, (VerifiedTable Table, string Query)[] group, CancellationToken cancellationToken)
    {
        try
        {
            var read = await QueryAsync(connection, group, cancellationToken);
            await snapshot.RestartAsync(connection, cancellationToken);
            foreach (var (number, sum) in read)
            {
                sums.AddOrUpdate(group[number].Table.Id, sum, (_, others) => others.Add(sum));
            }
        }
        catch (PostgresException) when (group.Length > 1)
        {
            // Whose failure it is shows when each is asked alone.
            await snapshot.RestartAsync(connection, cancellationToken);
            foreach (var alone in group)
            {
                await ReadGroupAsync(connection, [alone], cancellationToken);
            }
        }
        catch (PostgresException exception) when (RowHash.IsTooLong(exception))
        {
            await snapshot.RestartAsync(connection, cancellationToken);
            tooLong[group[0].Table.Id] = exception.MessageText;
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, $"{snapshot.Subject}, table {group[0].Table.Schema}.{group[0].Table.Name}");
        }
    }

    /// <summary>One statement: many small ones cost more than the rows that they read.</summary>
    private static async Task<ImmutableArray<(int Number, RowSum Sum)>> QueryAsync(NpgsqlConnection connection, (VerifiedTable Table, string Query)[] group, CancellationToken cancellationToken)
    {
        var branches = group.Select((read, number) => string.Create(CultureInfo.InvariantCulture, $"SELECT {number}, s.* FROM ({read.Query}) s"));
        return await connection.QueryAsync(
            string.Join("\nUNION ALL ", branches),
            row => (row.GetInt32(0), new RowSum(row.GetInt64(1), row.FieldCount > 2 ? row.GetString(2) : null)),
            cancellationToken);
    }
}
