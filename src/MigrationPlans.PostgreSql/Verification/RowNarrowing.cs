using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using MigrationPlans.Execution.Verification;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Finds the rows in which a table differs, in two passes: both servers sum up the hashes of rows by a hash of their key, and of
/// those buckets that differ each key's hash is fetched. What crosses the network is small, however long the table.
/// </summary>
/// <param name="hash">The same on both sides.</param>
internal sealed class RowNarrowing(SharedSnapshot source, SharedSnapshot target, TablePair pair, RowHash hash)
{
    private const int RowsInBucket = 1000;
    private const int MostBuckets = 1 << 16;

    /// <summary>Where more differ, a few are enough to find out why.</summary>
    private const int BucketsRead = 8;

    private const int KeysShown = 10;

    public async Task<RowDifferences> FindAsync(long rows, CancellationToken cancellationToken)
    {
        var buckets = (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((ulong)(rows / RowsInBucket) + 1), 1, MostBuckets);
        var sums = await BothAsync((connection, table) => ReadBucketsAsync(connection, table, buckets, cancellationToken), cancellationToken);
        var different = Different(sums[0], sums[1]).Order().ToList();
        var read = different.Take(BucketsRead).ToArray();
        var keys = await BothAsync((connection, table) => ReadKeysAsync(connection, table, buckets, read, cancellationToken), cancellationToken);
        return Describe(keys[0], keys[1], different.Count <= BucketsRead);
    }

    private Task<T[]> BothAsync<T>(Func<NpgsqlConnection, VerifiedTable, Task<T>> readAsync, CancellationToken cancellationToken) => Task.WhenAll(
        source.ReadAsync(connection => readAsync(connection, pair.Source), cancellationToken),
        target.ReadAsync(connection => readAsync(connection, pair.Target!), cancellationToken));

    private static IEnumerable<TKey> Different<TKey, TValue>(Dictionary<TKey, TValue> one, Dictionary<TKey, TValue> other)
        where TKey : notnull =>
        one.Keys.Union(other.Keys).Where(key => !one.TryGetValue(key, out var here) || !other.TryGetValue(key, out var there) || !Equals(here, there));

    private async Task<Dictionary<int, (long, string)>> ReadBucketsAsync(
        NpgsqlConnection connection, VerifiedTable table, int buckets, CancellationToken cancellationToken)
    {
        var query = $"SELECT {Bucket(buckets)}, pg_catalog.count(*), {hash.Aggregate(pair.ShortenedColumns)} FROM {table.From} AS t GROUP BY 1";
        var found = await connection.QueryAsync(query, row => (Bucket: row.GetInt32(0), Rows: row.GetInt64(1), Hash: row.GetString(2)), cancellationToken);
        return found.ToDictionary(row => row.Bucket, row => (row.Rows, row.Hash));
    }

    /// <summary>By the key's own text: two rows of one key, which only a missing constraint lets in, add up.</summary>
    private async Task<Dictionary<string, (ImmutableArray<string> Key, long Rows, string Hash)>> ReadKeysAsync(
        NpgsqlConnection connection, VerifiedTable table, int buckets, int[] wanted, CancellationToken cancellationToken)
    {
        var query = $"SELECT {KeyText}, ARRAY[{KeyValues}], pg_catalog.count(*), {hash.Aggregate(pair.ShortenedColumns)} FROM {table.From} AS t "
            + $"WHERE {Bucket(buckets)} OPERATOR(pg_catalog.=) ANY ($1) GROUP BY 1, 2";
        var found = await connection.QueryAsync(
            query,
            row => (
                Text: row.GetString(0),
                Key: row.GetFieldValue<string?[]>(1).Select(value => value ?? "null").ToImmutableArray(),
                Rows: row.GetInt64(2),
                Hash: row.GetString(3)),
            cancellationToken,
            wanted);
        return found.ToDictionary(row => row.Text, row => (row.Key, row.Rows, row.Hash), StringComparer.Ordinal);
    }

    private RowDifferences Describe(
        Dictionary<string, (ImmutableArray<string> Key, long Rows, string Hash)> onSource,
        Dictionary<string, (ImmutableArray<string> Key, long Rows, string Hash)> onTarget,
        bool allBucketsRead)
    {
        var missing = onSource.Where(row => !onTarget.ContainsKey(row.Key)).Select(row => row.Value.Key).ToList();
        var extra = onTarget.Where(row => !onSource.ContainsKey(row.Key)).Select(row => row.Value.Key).ToList();
        var changed = onSource
            .Where(row => onTarget.TryGetValue(row.Key, out var there) && (there.Rows, there.Hash) != (row.Value.Rows, row.Value.Hash))
            .Select(row => row.Value.Key).ToList();
        return new RowDifferences
        {
            KeyColumns = pair.Key,
            Missing = Shown(missing),
            Extra = Shown(extra),
            Changed = Shown(changed),
            IsComplete = allBucketsRead && missing.Count <= KeysShown && extra.Count <= KeysShown && changed.Count <= KeysShown,
        };
    }

    private static ImmutableArray<ImmutableArray<string>> Shown(List<ImmutableArray<string>> keys) => [.. keys.OrderBy(Sortable, StringComparer.Ordinal)
        .Take(KeysShown)];

    /// <summary>Short numbers before long ones.</summary>
    private static string Sortable(ImmutableArray<string> key) =>
        string.Join('\0', key.Select(value => value.Length.ToString("D4", CultureInfo.InvariantCulture) + value));

    /// <summary>By the types' own output, not by a cast: users can make casts that give another text, or fail.</summary>
    private string KeyValues => string.Join(", ", pair.Key.Select(name =>
        $"CASE WHEN t.{SqlText.Identifier(name)} IS NOT NULL THEN pg_catalog.left(pg_catalog.format('%s', t.{SqlText.Identifier(name)}), 200) END"));

    private string KeyText => hash.Digest($"ROW({string.Join(", ", pair.Key.Select(name => $"t.{SqlText.Identifier(name)}"))})::pg_catalog.text");

    private string Bucket(int buckets) => string.Create(
        CultureInfo.InvariantCulture,
        $"(pg_catalog.hashtextextended({KeyText} COLLATE pg_catalog.\"C\", 0) OPERATOR(pg_catalog.&) {buckets - 1})::pg_catalog.int4");
}
