using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Statistics;

/// <summary>A table or materialized view of the target that wants statistics.</summary>
/// <param name="Bytes">Of the heap; 0 for the root of partitions.</param>
/// <param name="IsFilled">It holds all rows that it has on the source, so the source's statistics tell of nothing that stays behind.</param>
/// <param name="IsOurs">The login may analyze it.</param>
/// <param name="HasStatistics">It was analyzed on this server, or, where each partition stands for itself, has statistics from elsewhere.</param>
internal sealed record AnalyzableTable(string Schema, string Name, long Bytes, bool IsFilled, bool IsOurs, string Owner, bool HasStatistics)
{
    public string Quoted { get; } = SqlText.Qualified(Schema, Name);

    /// <param name="byPartition">Partitions stand for themselves; else they come with their root.</param>
    public static async Task<ImmutableArray<AnalyzableTable>> ReadAsync(
        NpgsqlConnection target, SelectionFilter filter, bool byPartition, CancellationToken cancellationToken)
    {
        var all = await target.QueryAsync(
            EmbeddedSql.Load("analyzable.sql"),
            row => new
            {
                Root = (Schema: row.GetString(2), Name: row.GetString(3)),
                HasOnlyOwnRows = row.GetBoolean(5),
                Table = new AnalyzableTable(
                    row.GetString(0), row.GetString(1), row.GetInt64(4), IsFilled: false, row.GetBoolean(6), row.GetString(7), row.GetBoolean(8)),
            },
            cancellationToken,
            byPartition);
        return
        [
            .. all.Where(row => filter.PicksTable(row.Root.Schema, row.Root.Name)).Select(row => row.Table with
            {
                // What others hold beneath it, or a view shows of others, may be what stays behind.
                IsFilled = filter.IsEverything
                    || (row.HasOnlyOwnRows && filter.PicksRows(row.Root.Schema, row.Root.Name) && filter.PicksRows(row.Table.Schema, row.Table.Name)),
            }),
        ];
    }
}
