using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>A table, a hash-partitioned tree, or a filled materialized view on one side.</summary>
/// <param name="IsTree">All partitions below count.</param>
internal sealed record VerifiedTable(string Schema, string Name, bool IsTree, bool IsMaterializedView, long Bytes, ImmutableArray<RowHashColumn> Columns)
{
    /// <summary>Columns that tell any two rows apart; empty when there are none.</summary>
    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>Of the heap; 0 for a tree.</summary>
    public long Pages { get; init; }

    /// <summary>Why the login can't read all rows; null when it can.</summary>
    public string? Unreadable { get; init; }

    public (string Schema, string Name) Id => (Schema, Name);

    /// <summary>For FROM: children that inherit are tables of their own.</summary>
    public string From => $"{(IsTree ? "" : "ONLY ")}{SqlText.Qualified(Schema, Name)}";

    public static Task<ImmutableArray<VerifiedTable>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("verify-tables.sql"),
            row => new VerifiedTable(
                row.GetString(0),
                row.GetString(1),
                row.GetBoolean(2),
                row.GetBoolean(3),
                row.GetInt64(4),
                [.. row.GetFieldValue<string[]>(5).Zip(row.GetFieldValue<uint[]>(6), (name, type) => new RowHashColumn(name, type))])
            {
                Key = [.. row.GetFieldValue<string[]>(7)],
                Unreadable = row.IsDBNull(8) ? null : row.GetString(8),
                Pages = row.GetInt64(9),
            },
            cancellationToken);
}

