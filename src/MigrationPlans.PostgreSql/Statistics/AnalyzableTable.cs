using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Statistics;

/// <summary>A table or materialized view of the target that wants statistics.</summary>
/// <param name="Bytes">Without indexes; 0 for the root of partitions.</param>
/// <param name="IsOurs">The login may analyze it.</param>
/// <param name="HasStatistics">It was analyzed on this server, or, where each partition stands for itself, has statistics from elsewhere.</param>
internal sealed record AnalyzableTable(string Schema, string Name, long Bytes, bool IsOurs, string Owner, bool HasStatistics)
{
    public string Quoted { get; } = SqlText.Qualified(Schema, Name);

    /// <param name="byPartition">Partitions stand for themselves; else they come with their root.</param>
    public static async Task<ImmutableArray<AnalyzableTable>> ReadAsync(
        NpgsqlConnection target, SelectionFilter filter, bool byPartition, CancellationToken cancellationToken)
    {
        var all = await target.QueryAsync(
            EmbeddedSql.Load("analyzable.sql"),
            row => (
                IsPicked: filter.PicksTable(row.GetString(2), row.GetString(3)),
                Table: new AnalyzableTable(row.GetString(0), row.GetString(1), row.GetInt64(4), row.GetBoolean(5), row.GetString(6), row.GetBoolean(7))),
            cancellationToken,
            byPartition);
        return [.. all.Where(row => row.IsPicked).Select(row => row.Table)];
    }
}
