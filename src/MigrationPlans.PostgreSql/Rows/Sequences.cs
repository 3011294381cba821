using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Rows;

/// <param name="LastValue">As the sequence itself says; the next value where it was not called yet.</param>
internal sealed record SequenceValue(string Schema, string Name, long LastValue, bool IsCalled)
{
    public string Key => SqlText.Qualified(Schema, Name);
}

/// <param name="Unreadable">Why the login can't read its position; null where it can.</param>
internal sealed record ListedSequence((string Schema, string Name) Id, string? Unreadable)
{
    public bool IsSettable { get; init; }

    /// <summary>An unlogged one of a read replica: nothing there says where it stands, so it begins anew.</summary>
    public bool IsUnknown { get; init; }

    public string? Extension { get; init; }

    /// <summary>The table whose rows it numbers.</summary>
    public TableIdentity? Table { get; init; }

    /// <summary>
    /// Of an extension's sequences, those whose position goes with the mapping; of others that is a question of the
    /// sequences that are picked.
    /// </summary>
    public bool IsCarried(DatabaseMapping mapping) =>
        Extension is null
        || (!mapping.SkipExtensions.Contains(Extension) && (Table is not { } table || SelectionFilter.For(mapping).PicksRows(table.Schema, table.Name)));
}

/// <summary>Reads and sets positions of any number of sequences in two or three round trips.</summary>
internal static class Sequences
{
    // One statement with thousands of branches plans slowly, and a transaction locks every sequence that it reads or sets: the server has
    // room for so many locks in all (max_locks_per_transaction), and all databases share it.
    private const int PerTransaction = 200;

    /// <summary>Those that belong to no extension, or whose position is the user's.</summary>
    public static Task<ImmutableArray<ListedSequence>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("sequences.sql"),
            row => new ListedSequence((row.GetString(0), row.GetString(1)), row.IsDBNull(2) ? null : row.GetString(2))
            {
                IsSettable = row.GetBoolean(3),
                IsUnknown = row.GetBoolean(7),
                Extension = row.IsDBNull(4) ? null : row.GetString(4),
                Table = row.IsDBNull(5) ? null : new TableIdentity(row.GetString(5), row.GetString(6)),
            },
            cancellationToken);

    /// <summary>
    /// How many sequences both sides have, and the source's positions of those that are elsewhere on the target.
    /// Without an extension's that are not this login's to set.
    /// </summary>
    /// <param name="onlyOfExtensions">Leaves all others out.</param>
    public static async Task<(int All, ImmutableArray<SequenceValue> Behind)> CompareAsync(
        NpgsqlConnection source, NpgsqlConnection target, DatabaseMapping mapping, bool onlyOfExtensions, CancellationToken cancellationToken)
    {
        var there = (await ListAsync(target, cancellationToken))
            .Where(sequence => sequence.Extension is null || sequence is { IsSettable: true, Unreadable: null })
            .Select(sequence => sequence.Id)
            .ToHashSet();
        var shared = (await ListAsync(source, cancellationToken))
            .Where(sequence => sequence.Extension is not null
                ? sequence.Unreadable is null && sequence.IsCarried(mapping)
                : !onlyOfExtensions && !sequence.IsUnknown)
            .Select(sequence => sequence.Id).Where(there.Contains).ToList();
        var onSource = await ReadAsync(source, shared, cancellationToken);
        var uncalled = onSource.Where(position => !position.IsCalled).Select(position => (position.Schema, position.Name)).ToList();
        // One that was called on the source only is behind, wherever it starts.
        HashSet<SequenceValue> onTarget =
        [
            .. await ReadCalledAsync(target, shared, lends: true, cancellationToken),
            .. await ReadThemselvesAsync(target, uncalled, lends: true, cancellationToken),
        ];
        return (shared.Count, [.. onSource.Where(position => !onTarget.Contains(position))]);
    }

    /// <summary>
    /// As many transactions as it takes, so the connection must be in none; a snapshot would not hold sequences still in any case.
    /// </summary>
    public static async Task<ImmutableArray<SequenceValue>> ReadAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(string Schema, string Name)> sequences, CancellationToken cancellationToken)
    {
        var called = await ReadCalledAsync(connection, sequences, lends: false, cancellationToken);
        var known = called.Select(position => (position.Schema, position.Name)).ToHashSet();
        return
        [
            .. called,
            .. await ReadThemselvesAsync(connection, [.. sequences.Where(sequence => !known.Contains(sequence))], lends: false, cancellationToken),
        ];
    }

    /// <summary>Those that were called, which is nearly all: a statement with a branch for each takes several times as long to plan as to run.</summary>
    private static Task<ImmutableArray<SequenceValue>> ReadCalledAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(string Schema, string Name)> sequences, bool lends, CancellationToken cancellationToken) =>
        ReadInChunksAsync(connection, sequences, lends, chunk => connection.QueryAsync(
            """
            SELECT s.schema, s.name, v.last_value, true
            FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3)) AS s (schema, name, qualified),
              LATERAL pg_catalog.pg_sequence_last_value(s.qualified::pg_catalog.regclass) AS v (last_value)
            WHERE v.last_value IS NOT NULL
            """,
            ReadPosition,
            cancellationToken,
            chunk.Select(sequence => sequence.Schema).ToArray(),
            chunk.Select(sequence => sequence.Name).ToArray(),
            chunk.Select(sequence => SqlText.Qualified(sequence.Schema, sequence.Name)).ToArray()), cancellationToken);

    /// <summary>From each sequence itself: that alone tells where one stands that was set but not called.</summary>
    private static Task<ImmutableArray<SequenceValue>> ReadThemselvesAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(string Schema, string Name)> sequences, bool lends, CancellationToken cancellationToken) =>
        ReadInChunksAsync(connection, sequences, lends, chunk => connection.QueryAsync(
            string.Join(" UNION ALL ", chunk.Select(sequence =>
                $"SELECT {SqlText.Literal(sequence.Schema)}::pg_catalog.text, {SqlText.Literal(sequence.Name)}::pg_catalog.text, last_value, is_called FROM {SqlText.Qualified(sequence.Schema, sequence.Name)}")),
            ReadPosition,
            cancellationToken), cancellationToken);

    private static SequenceValue ReadPosition(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetBoolean(3));

    /// <param name="connection">In no transaction.</param>
    /// <param name="sequences">Any number.</param>
    /// <param name="lends">Also those whose owner, whom the login acts for, may not read them itself.</param>
    /// <param name="readAsync">Reads some of them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    private static async Task<ImmutableArray<SequenceValue>> ReadInChunksAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<(string Schema, string Name)> sequences,
        bool lends,
        Func<(string Schema, string Name)[], Task<ImmutableArray<SequenceValue>>> readAsync,
        CancellationToken cancellationToken)
    {
        var positions = ImmutableArray.CreateBuilder<SequenceValue>(sequences.Count);
        foreach (var chunk in sequences.Chunk(PerTransaction))
        {
            await using var lent = lends
                ? await SequenceRights.LendAsync(connection, "SELECT", chunk.Select(sequence => SqlText.Qualified(sequence.Schema, sequence.Name)), cancellationToken)
                : null;
            positions.AddRange(await readAsync(chunk));
        }

        return positions.ToImmutable();
    }

    public static async Task SetAsync(NpgsqlConnection connection, IReadOnlyCollection<SequenceValue> positions, CancellationToken cancellationToken)
    {
        foreach (var chunk in positions.Chunk(PerTransaction))
        {
            await using var lent = await SequenceRights.LendAsync(connection, "UPDATE", chunk.Select(position => position.Key), cancellationToken);
            await connection.ExecuteAsync(
                "SELECT pg_catalog.setval(s.name::pg_catalog.regclass, s.value, s.called) FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3)) AS s (name, value, called)",
                cancellationToken,
                chunk.Select(position => position.Key).ToArray(),
                chunk.Select(position => position.LastValue).ToArray(),
                chunk.Select(position => position.IsCalled).ToArray());
        }
    }
}
