using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Gives foreign keys of partitions the names that they have on the source. One that follows from its table's is not in a dump: the server
/// makes and names it, while a partition that had the key before it was attached keeps the name that it had.
/// </summary>
internal static class PartitionKeyNames
{
    public static async Task<bool> DifferAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken) =>
        !(await FindAsync(source, target, cancellationToken)).IsEmpty;

    /// <summary>By way of names that nobody has: one key's new name may be another's old one.</summary>
    public static async Task AlignAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var renames = await FindAsync(source, target, cancellationToken);
        if (renames.IsEmpty)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(target);
        foreach (var (table, from, to) in renames.Select((rename, i) => (rename.Table, rename.From, Passing(i)))
            .Concat(renames.Select((rename, i) => (rename.Table, Passing(i), rename.To))))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"ALTER TABLE {table} RENAME CONSTRAINT {SqlText.Identifier(from)} TO {SqlText.Identifier(to)}"));
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Passing(int number) => string.Create(CultureInfo.InvariantCulture, $"migplan {number}");

    private static async Task<ImmutableArray<(string Table, string From, string To)>> FindAsync(
        NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var there = (await ReadAsync(target, cancellationToken)).ToDictionary(key => (key.Table, key.Root), key => key.Name);
        return there.Count == 0
            ? []
            : [.. (await ReadAsync(source, cancellationToken))
                .Where(key => there.TryGetValue((key.Table, key.Root), out var name) && name != key.Name)
                .Select(key => (key.Table, there[(key.Table, key.Root)], key.Name))];
    }

    private static Task<ImmutableArray<(string Table, string Name, (string Table, string Name) Root)>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("partition-key-names.sql"),
            row => (
                SqlText.Qualified(row.GetString(0), row.GetString(1)),
                row.GetString(2),
                (SqlText.Qualified(row.GetString(3), row.GetString(4)), row.GetString(5))),
            cancellationToken);
}
