using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>What the target has for the rows to go into, and what its ledger says has arrived.</summary>
internal sealed record TargetCatalog
{
    public required ImmutableArray<TableRows> Tables { get; init; }

    public required TypeCatalog Types { get; init; }

    public required ImmutableArray<CopiedChunk> Chunks { get; init; }

    /// <summary>Digests and marks of schema entries that are there.</summary>
    public required ImmutableHashSet<string> Entries { get; init; }

    public static async Task<TargetCatalog> ReadAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var tables = await UserRowsLook.ReadAsync(target, await CopyCatalog.ReadTablesAsync(target, cancellationToken), cancellationToken);
        return new TargetCatalog
        {
            Tables = tables,
            Types = await CopyCatalog.ReadTypesAsync(target, tables.SelectMany(table => table.Types), cancellationToken),
            Chunks = await ChunkLedger.ReadAsync(target, cancellationToken),
            Entries = [.. await TargetLedger.ReadEntriesAsync(target, cancellationToken)],
        };
    }
}
