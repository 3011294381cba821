using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Looks whether a database's rows and indexes have all arrived, by its ledger.</summary>
/// <param name="mapping">Picks the tables.</param>
/// <param name="target">A session in the target database.</param>
internal sealed class CopyObservation(DatabaseMapping mapping, NpgsqlConnection target)
{
    /// <summary>Before copying: asks the source what there is, unless nothing has arrived at all.</summary>
    /// <param name="openSourceAsync">A session in the source database.</param>
    /// <param name="readEntriesAsync">The dumped schema.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public async Task<StepObservation> LookAsync(
        Func<CancellationToken, Task<NpgsqlConnection>> openSourceAsync,
        Func<CancellationToken, Task<ImmutableArray<SchemaEntry>>> readEntriesAsync,
        CancellationToken cancellationToken)
    {
        var chunks = await ChunkLedger.ReadAsync(target, cancellationToken);
        if (chunks.IsEmpty)
        {
            return StepObservation.NotDone("no rows have arrived");
        }

        var states = chunks.Select(chunk => chunk.Snapshot).Distinct(StringComparer.Ordinal).ToList();
        if (states.Count > 1)
        {
            return StepObservation.NotDone("tables come from different states of the source");
        }

        if (await HasUnloggedAsync(cancellationToken))
        {
            return StepObservation.NotDone("a crash of the target may have emptied unlogged tables");
        }

        await using var source = await openSourceAsync(cancellationToken);
        if (mapping.Fence == Fence.ReadOnly && await SourceState.NameAsync(source, mapping.Fence, cancellationToken) != states[0])
        {
            return StepObservation.NotDone("the source may have been written to since");
        }

        var hasLargeObjects = await source.QueryAsync(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)", reader => reader.GetBoolean(0), cancellationToken);
        var tables = await UserRowsLook.ReadAsync(source, await CopyCatalog.ReadTablesAsync(source, cancellationToken), cancellationToken);
        return await JudgeAsync(chunks, tables, hasLargeObjects[0], await readEntriesAsync(cancellationToken), cancellationToken);
    }

    /// <summary>After copying: everything that the snapshot had must be there.</summary>
    /// <param name="source">What it had.</param>
    /// <param name="entries">The dumped schema.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public async Task<StepObservation> CompareAsync(SourceCatalog source, ImmutableArray<SchemaEntry> entries, CancellationToken cancellationToken) =>
        await JudgeAsync(await ChunkLedger.ReadAsync(target, cancellationToken), source.Tables, !source.LargeObjects.IsEmpty, entries, cancellationToken);

    private async Task<bool> HasUnloggedAsync(CancellationToken cancellationToken) => (await target.QueryAsync(
        """
        SELECT EXISTS (
          SELECT FROM migplan_ledger.chunk k
          JOIN pg_catalog.pg_namespace n ON n.nspname = k.table_schema
          JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = k.table_name
          WHERE c.relpersistence = 'u')
        """,
        reader => reader.GetBoolean(0),
        cancellationToken))[0];

    private async Task<StepObservation> JudgeAsync(
        ImmutableArray<CopiedChunk> chunks,
        ImmutableArray<TableRows> tables,
        bool hasLargeObjects,
        ImmutableArray<SchemaEntry> entries,
        CancellationToken cancellationToken)
    {
        var complete = chunks
            .GroupBy(chunk => new TableName(chunk.Schema, chunk.Table))
            .Where(table => table.Count() == table.First().Chunks)
            .Select(table => table.Key)
            .ToHashSet();
        // An extension's table without rows of the user's may be missing in its other version.
        var wanted = CopySelection.Pick(mapping, tables).Where(table => table is not { Extension: not null, Pages: 0 }).Select(table => table.Name).ToList();
        // The source may have none any more while an earlier state's are still being removed.
        if ((hasLargeObjects || chunks.Any(chunk => new TableName(chunk.Schema, chunk.Table) == LargeObjectCopy.Name))
            && SelectionFilter.For(mapping).IsEverything)
        {
            wanted.Add(LargeObjectCopy.Name);
        }

        if (wanted.Count(table => !complete.Contains(table)) is var left and > 0)
        {
            return StepObservation.NotDone($"{left} of {Counts.Of(wanted.Count, "table")} {Counts.Word(left, "is", "are")} left");
        }

        var done = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        var indexes = new IndexBuilds(entries, tables).Pick();
        var missing = indexes.Count(entry => !done.Contains(entry.Digest));
        return missing > 0
            ? StepObservation.NotDone($"{missing} of {Counts.Of(indexes.Length, "index", "indexes")} {Counts.Word(missing, "is", "are")} left")
            : StepObservation.Done($"{Counts.Of(wanted.Count, "table")} and {Counts.Of(indexes.Length, "index", "indexes")} are there");
    }
}
