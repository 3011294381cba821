namespace MigrationPlans.PostgreSql.Ledger;

/// <summary>A row of <c>migplan_ledger.chunk</c>: rows that have arrived, recorded in the transaction that brought them.</summary>
public sealed record CopiedChunk
{
    public required string Schema { get; init; }

    public required string Table { get; init; }

    /// <summary>0 to <see cref="Chunks"/> - 1.</summary>
    public required int Chunk { get; init; }

    /// <summary>1 for a table that went in one piece.</summary>
    public required int Chunks { get; init; }

    /// <summary>What tells this table's chunks from each other, for a resumed run to go on with; null for a table in one piece.</summary>
    public string? Bounds { get; init; }

    public required long Rows { get; init; }

    /// <summary>On the wire.</summary>
    public required long Bytes { get; init; }

    /// <summary>Names the source's state that was read: equal texts, equal rows.</summary>
    public required string Snapshot { get; init; }
}
