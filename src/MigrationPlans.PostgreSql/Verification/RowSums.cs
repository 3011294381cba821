using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Scheduling;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <param name="Columns">To hash, in the same order on both sides; null: rows are only counted.</param>
internal sealed record TableRead(VerifiedTable Table, ImmutableArray<RowHashColumn>? Columns)
{
    public string Query(string? condition = null) => Columns is { } columns
        ? RowHash.Select(Table.From, columns, condition)
        : $"SELECT pg_catalog.count(*) FROM {Table.From} AS t{(condition is null ? "" : $" WHERE {condition}")}";
}

/// <summary>Counts, and where asked hashes, the rows of many tables on one side: large ones in chunks, small ones many a round trip.</summary>
internal sealed class RowSums(SharedSnapshot snapshot, string subject)
{
    private const long LargeBytes = 8 << 20;

    private const int SmallPerRoundTrip = 64;

    private readonly ConcurrentDictionary<(string Schema, string Name), RowSum> sums = new();

    private readonly ConcurrentDictionary<(string Schema, string Name), bool> tooLong = new();

    /// <summary>Tables with rows whose text is longer than a server can hold.</summary>
    public IEnumerable<(string Schema, string Name)> TooLong => tooLong.Keys;

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

    private IEnumerable<string> Chunks(TableRead read) => TableChunks.Conditions(read.Table, snapshot.ServerMajor).Select(read.Query);

    private async Task ReadGroupAsync(NpgsqlConnection connection, (VerifiedTable Table, string Query)[] group, CancellationToken cancellationToken)
    {
        var current = group[0].Table;
        try
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var (_, query) in group)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(query));
            }

            var read = new List<(VerifiedTable Table, RowSum Sum)>();
            await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
            {
                foreach (var (table, _) in group)
                {
                    current = table;
                    await reader.ReadAsync(cancellationToken);
                    read.Add((table, new RowSum(reader.GetInt64(0), reader.FieldCount > 1 ? reader.GetString(1) : null)));
                    await reader.NextResultAsync(cancellationToken);
                }
            }

            read.ForEach(item => sums.AddOrUpdate(item.Table.Id, item.Sum, (_, others) => others.Add(item.Sum)));
        }
        catch (PostgresException exception) when (IsTooLong(exception))
        {
            await snapshot.RestartAsync(connection, cancellationToken);
            if (group.Length == 1)
            {
                tooLong[current.Id] = true;
                return;
            }

            foreach (var alone in group)
            {
                await ReadGroupAsync(connection, [alone], cancellationToken);
            }
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, $"{subject}, table {current.Schema}.{current.Name}");
        }
    }

    /// <summary>
    /// A row's text, or its quoting, passes 1 GB: the server reports program_limit_exceeded, or an allocation that it never
    /// makes (internal_error).
    /// </summary>
    private static bool IsTooLong(PostgresException exception) => exception.SqlState is PostgresErrorCodes.ProgramLimitExceeded or PostgresErrorCodes.InternalError;
}
