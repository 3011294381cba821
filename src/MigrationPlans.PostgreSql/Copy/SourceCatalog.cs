using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Snapshots;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>What the source says about the rows to copy, as the snapshot sees them.</summary>
internal sealed record SourceCatalog
{
    /// <summary>Names the state that the snapshot sees.</summary>
    public required string State { get; init; }

    public required ImmutableArray<TableRows> Tables { get; init; }

    /// <summary>Key types of hash-partitioned tables by the root of their tree.</summary>
    public required ILookup<uint, uint> HashKeys { get; init; }

    public required TypeCatalog Types { get; init; }

    public required ImmutableArray<LargeObject> LargeObjects { get; init; }

    /// <summary>Reads the catalogs and holds the picked tables as the snapshot sees them, until the guard's transaction ends.</summary>
    /// <param name="guard">In a transaction with the snapshot.</param>
    public static async Task<SourceCatalog> HoldAsync(
        NpgsqlConnection guard, SourceSnapshot snapshot, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        var state = await SourceState.NameAsync(guard, snapshot, mapping.Fence, cancellationToken);
        var tables = await CopyCatalog.ReadTablesAsync(guard, cancellationToken);
        var picked = CopySelection.Pick(mapping, tables).ToList();
        await SnapshotTables.HoldAsync(guard, picked, mapping.From.ToString(), cancellationToken);
        tables = await UserRowsLook.ReadAsync(guard, tables, cancellationToken);
        var hashKeys = await CopyCatalog.ReadHashKeysAsync(guard, cancellationToken);
        return new SourceCatalog
        {
            State = state,
            Tables = tables,
            HashKeys = hashKeys,
            Types = await CopyCatalog.ReadTypesAsync(guard, picked.SelectMany(table => table.Types).Concat(hashKeys.SelectMany(key => key)), cancellationToken),
            LargeObjects = await LargeObject.ReadAllAsync(guard, cancellationToken),
        };
    }
}
