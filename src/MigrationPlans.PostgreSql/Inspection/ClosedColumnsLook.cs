using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Columns with values that no server, or none of another version, takes in.</summary>
internal static class ClosedColumnsLook
{
    public static async Task<ImmutableArray<ClosedColumn>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var columns = await connection.QueryAsync(
            EmbeddedSql.Load("closed-columns.sql"),
            row => (Column: new ClosedColumn(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetBoolean(4)), MayHold: row.GetBoolean(5)),
            cancellationToken);
        // Null everywhere (the bounds of partitions in a copy of pg_class that has none), it is no obstacle.
        ImmutableArray<ClosedColumn> open = [.. columns.Where(found => found.MayHold).Select(found => found.Column)];
        if (open.IsEmpty)
        {
            return [];
        }

        var looks = open.Select((column, index) => $"SELECT {index} WHERE EXISTS (SELECT FROM ONLY {SqlText.Qualified(column.Schema, column.Table)} t WHERE t.{SqlText.Identifier(column.Column)} IS DISTINCT FROM NULL)");
        var holding = await connection.QueryAsync(string.Join(" UNION ALL ", looks), row => row.GetInt32(0), cancellationToken);
        return [.. holding.Order().Select(index => open[index])];
    }
}
