using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Copies one unit in one transaction of the target, its ledger rows included.</summary>
/// <param name="state">Names the source's state that is read, for the ledger.</param>
internal sealed class UnitCopier(SourceReaders readers, string state, CopyProgress progress)
{
    /// <exception cref="CopyRelayException">A side failed while rows were moving.</exception>
    public async Task CopyAsync(CopyUnit unit, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var full = unit.Tables.Where(table => !table.IsEmpty).ToList();
        await BeginAsync(unit, target, cancellationToken);
        var counts = full.Count == 0 ? [] : await RelayAsync(unit, full, target, cancellationToken);
        await EndAsync([.. unit.Tables.Select(table => Entry(unit, table, counts.GetValueOrDefault(table.Name)))], target, cancellationToken);
        foreach (var table in unit.Tables)
        {
            progress.TableUnitDone(table.Name, counts.GetValueOrDefault(table.Name).Rows, table == unit.Tables[^1]);
        }
    }

    /// <summary>What tells a table's chunks from those of another attempt; changes when the table's rows move to other pages.</summary>
    public static string? Bounds(TableCopy table, TableChunk? chunk) =>
        chunk is null or { Count: 1 } ? null : $"{chunk.PagesEach} pages of file {table.Source.File}";

    private static bool ArrivesFrozen(CopyUnit unit, TableCopy table) =>
        unit.Chunk is null or { Count: 1 } && table is { Through: null, Source.Condition: null } && table.Weight >= CopyPlanner.SmallTable;

    // Emptying a small table that is empty costs more (new files) than freezing its rows saves.
    private static bool IsCleared(CopyUnit unit, TableCopy table) =>
        unit.Chunk is null or { Count: 1 } && (table.NeedsClearing || ArrivesFrozen(unit, table));

    private static async Task BeginAsync(CopyUnit unit, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var begin = new NpgsqlBatch(target);
        begin.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
        foreach (var table in unit.Tables.Where(table => IsCleared(unit, table)))
        {
            begin.BatchCommands.Add(new NpgsqlBatchCommand(CopySql.Clear(table)));
            begin.BatchCommands.Add(ChunkLedger.Forget(table.Name.Schema, table.Name.Name));
        }

        await begin.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<Dictionary<TableName, RelayedCopy>> RelayAsync(
        CopyUnit unit, List<TableCopy> tables, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<TableName, RelayedCopy>();
        var source = await readers.RentAsync(cancellationToken);
        foreach (var table in tables)
        {
            var statement = CopySql.Relay(table, unit.Chunk, ArrivesFrozen(unit, table));
            counts[table.Name] = await CopyRelay.RunAsync(
                source, target, statement, count => progress.Moved(table.Name.ToString(), count), cancellationToken);
        }

        readers.Return(source);
        return counts;
    }

    private static async Task EndAsync(ImmutableArray<CopiedChunk> entries, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var end = new NpgsqlBatch(target);
        end.BatchCommands.Add(ChunkLedger.Record(entries));
        end.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        await end.ExecuteNonQueryAsync(cancellationToken);
    }

    private CopiedChunk Entry(CopyUnit unit, TableCopy table, RelayedCopy copied) => new()
    {
        Schema = table.Name.Schema,
        Table = table.Name.Name,
        Chunk = unit.Chunk?.Index ?? 0,
        Chunks = unit.Chunk?.Count ?? 1,
        Bounds = Bounds(table, unit.Chunk),
        Rows = copied.Rows,
        Bytes = copied.Bytes,
        Snapshot = state,
    };
}
