using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Scheduling;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <param name="Hash">Null: rows are only counted.</param>
/// <param name="Columns">To hash, in the same order on both sides.</param>
internal sealed record TableRead(VerifiedTable Table, RowHash? Hash, ImmutableArray<RowHashColumn> Columns)
{
    public string Query(string? condition = null) => Hash is not null
        ? Hash.Select(Table.From, Columns, condition)
        : $"SELECT pg_catalog.count(*) FROM {Table.From} AS t{(condition is null ? "" : $" WHERE {condition}")}";
}

/// <summary>Counts, and where asked hashes, the rows of many tables on one side: large ones in chunks, small ones many a round trip.</summary>
internal sealed class RowSums(SharedSnapshot snapshot, ReadProgress progress)
{
    private const long LargeBytes = 8 << 20;

    private const int SmallPerRoundTrip = 64;

    /// <summary>
    /// The sessions of a server share the room for their locks, and most take next to none of it; so one of ours may take
    /// this many shares at once.
    /// </summary>
    private const double LocksPerRoundTrip = 4;

    /// <summary>And all of them together this many, of the hundred that a server has by default.</summary>
    private const double LocksAtOnce = 32;

    private readonly ConcurrentDictionary<(string Schema, string Name), RowSum> sums = new();

    private readonly ConcurrentDictionary<(string Schema, string Name), string> tooLong = new();

    /// <summary>Tables with rows that are longer than a server can hold in one piece, and its words.</summary>
    public IReadOnlyDictionary<(string Schema, string Name), string> TooLong => tooLong;

    /// <param name="parallelism">Connections at once.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    public async Task<IReadOnlyDictionary<(string Schema, string Name), RowSum>> ReadAsync(
        IReadOnlyCollection<TableRead> reads, int parallelism, CancellationToken cancellationToken)
    {
        var bySize = reads.SelectMany(ByLeaf).ToLookup(part => part.Read.Table.Bytes >= LargeBytes);
        var groups = bySize[true].SelectMany(part => Chunks(part.Sum, part.Read))
            .Concat(Grouped(
                bySize[false].OrderByDescending(part => part.Read.Table.Bytes).Select(part => new Piece(
                    part.Sum, part.Read.Table, part.Read.Query(), part.Read.Table.Bytes)),
                Math.Min(LocksPerRoundTrip, LocksAtOnce / parallelism)));
        ImmutableArray<WorkItem<SnapshotReader>> items = [.. groups.Select((group, i) => new WorkItem<SnapshotReader>
        {
            Key = $"{i} {group[0].Table.From}",
            Weight = group.Sum(piece => piece.Table.Bytes),
            RunAsync = (reader, token) => ReadGroupAsync(reader, group, token),
        })];
        progress.Expect(bySize.Sum(parts => parts.Sum(part => part.Read.Table.Bytes)));
        using var graph = new WorkGraph<SnapshotReader>(items);
        await graph.RunAsync(parallelism, token => SnapshotReader.OpenAsync(snapshot, token), cancellationToken, cancellationToken);
        return sums;
    }

    /// <summary>
    /// A tree's sum is that of its partitions, which are read side by side: as a whole, all of them would be locked at once,
    /// with all of their indexes.
    /// </summary>
    private static IEnumerable<((string Schema, string Name) Sum, TableRead Read)> ByLeaf(TableRead read) =>
        read.Table.Leaves.IsEmpty ? [(read.Table.Id, read)] : read.Table.Leaves.Select(leaf => (read.Table.Id, read with { Table = leaf }));

    private static IEnumerable<Piece[]> Grouped(IEnumerable<Piece> pieces, double mostLocks)
    {
        var (group, locks) = (new List<Piece>(), 0d);
        foreach (var piece in pieces)
        {
            if (group.Count == SmallPerRoundTrip || (group.Count > 0 && locks + piece.Table.Locks > mostLocks))
            {
                yield return [.. group];
                (group, locks) = ([], 0d);
            }

            group.Add(piece);
            locks += piece.Table.Locks;
        }

        if (group.Count > 0)
        {
            yield return [.. group];
        }
    }

    private IEnumerable<Piece[]> Chunks((string Schema, string Name) sum, TableRead read)
    {
        var conditions = read.Table is { IsTree: false, Condition: null } whole
            ? TableChunks.Conditions(whole.Pages, whole.Bytes, snapshot.ServerMajor)
            : [null];
        return conditions.Select(condition => new[] { new Piece(sum, read.Table, read.Query(condition), read.Table.Bytes / conditions.Count) });
    }

    private async Task ReadGroupAsync(SnapshotReader reader, Piece[] group, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (number, sum) in await QueryAsync(reader.Connection, group, cancellationToken))
            {
                sums.AddOrUpdate(group[number].Sum, sum, (_, others) => others.Add(sum));
            }
        }
        catch (PostgresException exception) when (group.Length > 1 && !exception.SqlState.StartsWith("57P0", StringComparison.Ordinal))
        {
            // Whose failure it is shows when each is asked alone; an administrator who ends a session means all of it.
            await reader.RestartAsync(cancellationToken);
            foreach (var alone in group)
            {
                await ReadGroupAsync(reader, [alone], cancellationToken);
            }

            return;
        }
        catch (PostgresException exception) when (RowHash.IsTooLong(exception))
        {
            tooLong[group[0].Sum] = exception.MessageText;
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(
                exception,
                $"{snapshot.Subject}, table {group[0].Table.Schema}.{group[0].Table.Name}{(group.Length > 1 ? " or one that was read with it" : "")}");
        }

        progress.Read($"{group[0].Table.Schema}.{group[0].Table.Name}", group.Sum(piece => piece.Bytes));
        await reader.RestartAsync(cancellationToken);
    }

    /// <summary>One statement: many small ones cost more than the rows that they read.</summary>
    private static async Task<ImmutableArray<(int Number, RowSum Sum)>> QueryAsync(
        NpgsqlConnection connection, Piece[] group, CancellationToken cancellationToken)
    {
        var branches = group.Select((read, number) => string.Create(CultureInfo.InvariantCulture, $"SELECT {number}, s.* FROM ({read.Query}) s"));
        return await connection.QueryAsync(
            string.Join("\nUNION ALL ", branches),
            row => (row.GetInt32(0), new RowSum(row.GetInt64(1), row.FieldCount > 2 ? row.GetString(2) : null)),
            cancellationToken);
    }

    /// <param name="Sum">The table, or the tree above it, to whose sum it adds.</param>
    /// <param name="Bytes">What its query reads, roughly.</param>
    private sealed record Piece((string Schema, string Name) Sum, VerifiedTable Table, string Query, long Bytes);
}
