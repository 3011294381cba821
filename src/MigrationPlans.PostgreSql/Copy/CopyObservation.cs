using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Looks whether a database's rows and indexes have all arrived, by its ledger.</summary>
internal static class CopyObservation
{
    public static async Task<StepObservation> ReadAsync(
        StepContext context,
        PostgresConnector connector,
        NpgsqlConnection target,
        Func<CancellationToken, Task<ImmutableArray<SchemaEntry>>> readEntriesAsync,
        CancellationToken cancellationToken)
    {
        if (!await TargetLedger.ExistsAsync(target, cancellationToken))
        {
            return StepObservation.NotDone("the target has no ledger");
        }

        var chunks = await ChunkLedger.ReadAsync(target, cancellationToken);
        if (context.Mapping.Fence == Fence.None && chunks.Select(chunk => chunk.Snapshot).Distinct(StringComparer.Ordinal).Skip(1).Any())
        {
            return StepObservation.NotDone("tables come from different states of the source");
        }

        var complete = chunks
            .GroupBy(chunk => new TableName(chunk.Schema, chunk.Table))
            .Where(table => table.Count() == table.First().Chunks)
            .Select(table => table.Key)
            .ToHashSet();
        var (tables, hasLargeObjects) = await ReadSourceAsync(context, connector, cancellationToken);
        var wanted = CopySelection.Pick(context.Mapping, tables).Select(table => table.Name).ToList();
        if (hasLargeObjects && SelectionFilter.For(context.Mapping).IsEverything)
        {
            wanted.Add(LargeObjectCopy.Name);
        }

        if (wanted.Count(table => !complete.Contains(table)) is var left and > 0)
        {
            return StepObservation.NotDone($"{left} of {wanted.Count} tables are left");
        }

        var done = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        var indexes = new IndexBuilds(await readEntriesAsync(cancellationToken), tables).Pick();
        var missing = indexes.Count(entry => !done.Contains(entry.Digest));
        return missing > 0
            ? StepObservation.NotDone($"{missing} of {indexes.Length} indexes are left")
            : StepObservation.Done($"{wanted.Count} tables and {indexes.Length} indexes are there");
    }

    private static async Task<(ImmutableArray<TableRows> Tables, bool HasLargeObjects)> ReadSourceAsync(
        StepContext context, PostgresConnector connector, CancellationToken cancellationToken)
    {
        var endpoint = context.Manifest.FindSource(context.Mapping.From.Endpoint)!;
        await using var source = await connector.OpenAsync(endpoint, context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken);
        var has = await source.QueryAsync(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)", reader => reader.GetBoolean(0), cancellationToken);
        return (await CopyCatalog.ReadTablesAsync(source, cancellationToken), has[0]);
    }
}
