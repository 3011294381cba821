using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Ledger;

/// <summary>Reads and writes <c>migplan_ledger.chunk</c>. Writing never commits: that is for the transaction that copied.</summary>
public static class ChunkLedger
{
    public static async Task<ImmutableArray<CopiedChunk>> ReadAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT table_schema, table_name, chunk, chunks, bounds, row_count, byte_count, snapshot FROM migplan_ledger.chunk ORDER BY 1, 2, 3", target);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var chunks = ImmutableArray.CreateBuilder<CopiedChunk>();
        while (await reader.NextAsync(cancellationToken))
        {
            chunks.Add(new CopiedChunk
            {
                Schema = reader.GetString(0),
                Table = reader.GetString(1),
                Chunk = reader.GetInt32(2),
                Chunks = reader.GetInt32(3),
                Bounds = reader.IsDBNull(4) ? null : reader.GetString(4),
                Rows = reader.GetInt64(5),
                Bytes = reader.GetInt64(6),
                Snapshot = reader.GetString(7),
            });
        }

        return chunks.ToImmutable();
    }

    /// <summary>Rows of tables and their bytes that have arrived in all, by whatever attempt.</summary>
    public static async Task<(long Rows, long Bytes)> SumAsync(NpgsqlConnection target, CancellationToken cancellationToken) => (await target.QueryAsync(
        """
        SELECT COALESCE(pg_catalog.sum(row_count), 0)::pg_catalog.int8, COALESCE(pg_catalog.sum(byte_count), 0)::pg_catalog.int8
        FROM migplan_ledger.chunk
        WHERE table_schema OPERATOR(pg_catalog.<>) 'pg_catalog'
        """,
        row => (row.GetInt64(0), row.GetInt64(1)),
        cancellationToken))[0];

    /// <summary>A statement that adds rows for what was copied; fails on a chunk that is there already.</summary>
    public static string Record(IEnumerable<CopiedChunk> chunks) =>
        $"INSERT INTO migplan_ledger.chunk (table_schema, table_name, chunk, chunks, bounds, row_count, byte_count, snapshot) VALUES\n{string.Join(",\n", chunks.Select(Values))}";

    /// <summary>A statement that takes back all rows of a table, for the transaction that empties it.</summary>
    public static string Forget(string schema, string table) =>
        $"DELETE FROM migplan_ledger.chunk WHERE table_schema = {SqlText.Literal(schema)} AND table_name = {SqlText.Literal(table)}";

    /// <summary>A statement for the transaction that fills a table once more: what the ledger says of its rows in all.</summary>
    public static string Recount(string schema, string table, long rows) => string.Create(
        CultureInfo.InvariantCulture,
        $"UPDATE migplan_ledger.chunk SET row_count = CASE chunk WHEN 0 THEN {rows} ELSE 0 END WHERE table_schema = {SqlText.Literal(schema)} AND table_name = {SqlText.Literal(table)}");

    private static string Values(CopiedChunk chunk) => string.Create(
        CultureInfo.InvariantCulture,
        $"({SqlText.Literal(chunk.Schema)}, {SqlText.Literal(chunk.Table)}, {chunk.Chunk}, {chunk.Chunks}, {(chunk.Bounds is null ? "NULL" : SqlText.Literal(chunk.Bounds))}, {chunk.Rows}, {chunk.Bytes}, {SqlText.Literal(chunk.Snapshot)})");

    /// <summary>States that the table's rows are those of this snapshot too.</summary>
    public static async Task ConfirmAsync(NpgsqlConnection target, string schema, string table, string snapshot, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("UPDATE migplan_ledger.chunk SET snapshot = $3 WHERE table_schema = $1 AND table_name = $2", target);
        command.Parameters.AddWithValue(schema);
        command.Parameters.AddWithValue(table);
        command.Parameters.AddWithValue(snapshot);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
