using System.Collections.Immutable;
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
        while (await reader.ReadAsync(cancellationToken))
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

    /// <summary>Adds rows for what was copied; fails on a chunk that is there already.</summary>
    public static NpgsqlBatchCommand Record(IReadOnlyCollection<CopiedChunk> chunks)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO migplan_ledger.chunk (table_schema, table_name, chunk, chunks, bounds, row_count, byte_count, snapshot)
            SELECT * FROM ROWS FROM (
              pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4),
              pg_catalog.unnest($5), pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8)) AS chunk
            """);
        command.Parameters.AddWithValue(chunks.Select(chunk => chunk.Schema).ToArray());
        command.Parameters.AddWithValue(chunks.Select(chunk => chunk.Table).ToArray());
        command.Parameters.AddWithValue(chunks.Select(chunk => chunk.Chunk).ToArray());
        command.Parameters.AddWithValue(chunks.Select(chunk => chunk.Chunks).ToArray());
        command.Parameters.AddWithValue(NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text, chunks.Select(chunk => chunk.Bounds).ToArray());
        command.Parameters.AddWithValue(chunks.Select(chunk => chunk.Rows).ToArray());
        command.Parameters.AddWithValue(chunks.Select(chunk => chunk.Bytes).ToArray());
        command.Parameters.AddWithValue(chunks.Select(chunk => chunk.Snapshot).ToArray());
        return command;
    }

    /// <summary>Takes back all rows of a table, in the transaction that empties it.</summary>
    public static NpgsqlBatchCommand Forget(string schema, string table)
    {
        var command = new NpgsqlBatchCommand("DELETE FROM migplan_ledger.chunk WHERE table_schema = $1 AND table_name = $2");
        command.Parameters.AddWithValue(schema);
        command.Parameters.AddWithValue(table);
        return command;
    }

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
