using System.Collections.Concurrent;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Scheduling;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Counts, and where asked hashes, the rows of many tables on one side: large ones each by itself, small ones many a round trip.</summary>
internal sealed class RowSums(Func<CancellationToken, Task<NpgsqlConnection>> openAsync, string subject)
{
    private const long LargeBytes = 8 << 20;

    private const int SmallPerRoundTrip = 64;

    /// <param name="tables">Each with the query that gives its count and hash.</param>
    /// <param name="parallelism">Connections at once.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    public async Task<IReadOnlyDictionary<(string Schema, string Name), RowSum>> ReadAsync(
        IReadOnlyCollection<(VerifiedTable Table, string Query)> tables, int parallelism, CancellationToken cancellationToken)
    {
        var sums = new ConcurrentDictionary<(string Schema, string Name), RowSum>();
        var bySize = tables.ToLookup(item => item.Table.Bytes >= LargeBytes);
        var groups = bySize[true].Select(item => new[] { item })
            .Concat(bySize[false].OrderByDescending(item => item.Table.Bytes).Chunk(SmallPerRoundTrip));
        var items = groups.Select(group => new WorkItem
        {
            Key = SqlText.Qualified(group[0].Table.Schema, group[0].Table.Name),
            Weight = group.Sum(item => item.Table.Bytes),
            RunAsync = (connection, token) => ReadGroupAsync(connection, group, sums, token),
        });
        using var graph = new WorkGraph([.. items]);
        await graph.RunAsync(parallelism, openAsync, cancellationToken, cancellationToken);
        return sums;
    }

    private async Task ReadGroupAsync(
        NpgsqlConnection connection,
        (VerifiedTable Table, string Query)[] group,
        ConcurrentDictionary<(string Schema, string Name), RowSum> sums,
        CancellationToken cancellationToken)
    {
        var current = group[0].Table;
        try
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var (_, query) in group)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(query));
            }

            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            foreach (var (table, _) in group)
            {
                current = table;
                await reader.ReadAsync(cancellationToken);
                sums[table.Key] = new RowSum(reader.GetInt64(0), reader.FieldCount > 1 ? reader.GetString(1) : null);
                await reader.NextResultAsync(cancellationToken);
            }
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, $"{subject}, table {current.Schema}.{current.Name}");
        }
    }
}
