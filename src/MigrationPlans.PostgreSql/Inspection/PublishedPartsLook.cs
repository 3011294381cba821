using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Reads what a database's publications publish.</summary>
internal static class PublishedPartsLook
{
    public static Task<ImmutableArray<PublishedPart>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("published-parts.sql"),
            row => new PublishedPart(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2)),
            cancellationToken);
}
