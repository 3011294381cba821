using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>A table, a hash-partitioned tree, or a filled materialized view on one side.</summary>
/// <param name="IsTree">All partitions below count.</param>
internal sealed record VerifiedTable(string Schema, string Name, bool IsTree, bool IsMaterializedView, long Bytes, ImmutableArray<RowHashColumn> Columns)
{
    public (string Schema, string Name) Key => (Schema, Name);

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
                [.. row.GetFieldValue<string[]>(5).Zip(row.GetFieldValue<bool[]>(6), (name, isBytea) => new RowHashColumn(name, isBytea))]),
            cancellationToken);
}

/// <param name="Hash">Null at level counts.</param>
internal sealed record RowSum(long Rows, string? Hash);
