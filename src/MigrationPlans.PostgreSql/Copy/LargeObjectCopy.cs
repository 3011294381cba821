using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Wire;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Copies large objects in batches, each in one transaction with its ledger row.</summary>
/// <param name="ledger">What an earlier attempt brought.</param>
/// <param name="state">Names the source's state that is read.</param>
internal sealed class LargeObjectCopy(
    ImmutableArray<LargeObject> objects, ImmutableArray<CopiedChunk> ledger, string state, Func<string, string?> roles)
{
    /// <summary>How the ledger calls them.</summary>
    public static readonly TableName Name = new("pg_catalog", "pg_largeobject");

    private const int BatchSize = 500;

    private const string ClearKey = "clear large objects";

    /// <summary>Work for what is left.</summary>
    /// <param name="readers">Lends connections in the snapshot.</param>
    /// <param name="ended">Called after each batch that read from the source.</param>
    public ImmutableArray<WorkItem<WireConnection>> ToWork(SourceReaders<WireConnection> readers, Func<Task> ended)
    {
        var batches = objects.Chunk(BatchSize).ToList();
        var entries = batches.Select((batch, index) => Entry(batch, index, batches.Count)).ToList();
        var done = ledger.Where(chunk => new TableName(chunk.Schema, chunk.Table) == Name).ToList();
        var isUsable = done.TrueForAll(chunk => chunk.Snapshot == state && entries.Exists(entry => IsSame(entry, chunk)));
        var left = entries.Where(entry => !isUsable || !done.Exists(chunk => IsSame(entry, chunk)));
        IEnumerable<WorkItem<WireConnection>> clear = isUsable ? [] : [Clear()];
        return [.. clear, .. left.Select(entry => Item(entry, batches[entry.Chunk], readers, ended))];
    }

    private static bool IsSame(CopiedChunk one, CopiedChunk other) => (one.Chunk, one.Chunks, one.Bounds) == (other.Chunk, other.Chunks, other.Bounds);

    private CopiedChunk Entry(LargeObject[] batch, int index, int count) => new()
    {
        Schema = Name.Schema,
        Table = Name.Name,
        Chunk = index,
        Chunks = count,
        Bounds = string.Create(CultureInfo.InvariantCulture, $"{batch.Length} from {batch[0].Oid} to {batch[^1].Oid}"),
        Rows = batch.Length,
        Bytes = 0,
        Snapshot = state,
    };

    private WorkItem<WireConnection> Clear() => new()
    {
        Key = ClearKey,
        Weight = long.MaxValue,
        RunAsync = async (target, token) =>
        {
            var forget = ChunkLedger.Forget(Name.Schema, Name.Name);
            await target.ExecuteAsync(string.Join(";\n", ["BEGIN", forget, ChunkLedger.Record([Removal()]), "COMMIT"]), token);
            await target.ExecuteAsync(LargeObjectSql.RemoveAll, token);
            await target.ExecuteAsync(forget, token);
        },
    };

    /// <summary>
    /// Stands in the ledger while objects are removed, which takes many transactions: it is no batch that a copy makes, so that a run which
    /// finds it removes what is left, and never complete.
    /// </summary>
    private CopiedChunk Removal() => new()
    {
        Schema = Name.Schema,
        Table = Name.Name,
        Chunk = 0,
        Chunks = 2,
        Bounds = "being removed",
        Rows = 0,
        Bytes = 0,
        Snapshot = state,
    };

    private WorkItem<WireConnection> Item(CopiedChunk entry, LargeObject[] batch, SourceReaders<WireConnection> readers, Func<Task> ended) => new()
    {
        Key = $"large objects {entry.Chunk + 1}/{entry.Chunks}",
        DependsOn = [ClearKey],
        Weight = CopyPlanner.SmallTable,
        RunAsync = async (target, token) =>
        {
            var source = await readers.RentAsync(token);
            var totals = await CopyRelay.RunAsync(
                source, target, $"BEGIN;\n{LargeObjectSql.CreateStage}", [LargeObjectSql.Relay(batch.Select(item => item.Oid))], token);
            readers.Return(source);
            await target.ExecuteAsync(
                string.Join(
                    ";\n",
                    [
                        LargeObjectSql.Assemble,
                        .. batch.SelectMany(item => LargeObjectSql.Describe(item, roles)),
                        ChunkLedger.Record([entry with { Bytes = totals[0].Bytes }]),
                        "COMMIT",
                    ]),
                token);
            await ended();
        },
    };
}
