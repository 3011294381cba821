using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Rows;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>One table's rows on their way: where from, where to, in which format.</summary>
internal sealed record TableCopy
{
    public required TableRows Source { get; init; }

    public required TableRows Target { get; init; }

    public required bool IsBinary { get; init; }

    /// <summary>Columns whose output leaves something out, with the type: see <see cref="StoredXml"/>.</summary>
    public ImmutableDictionary<string, uint> Xml { get; init; } = ImmutableDictionary<string, uint>.Empty;

    /// <summary>
    /// The encoding of the target, where text goes as the bytes that it is because one of the databases has none: by this name COPY checks what comes in.
    /// Null where the servers convert text.
    /// </summary>
    public string? BytesInto { get; init; }

    /// <summary>Rows go in through the root of the partition tree: over there they may belong into another leaf.</summary>
    public TableName? Through { get; init; }

    /// <summary>
    /// Over there its rows may belong into another leaf, and one of these is foreign: through the root they could be written to a third
    /// server, and TRUNCATE would empty it. So rows go in by the leaf's own name, and one that does not belong is refused.
    /// </summary>
    public bool StaysInLeaf { get; init; }

    /// <summary>Something may be in the target already: an earlier attempt's rows.</summary>
    public bool NeedsClearing { get; init; }

    /// <summary>
    /// An extension's table is known to hold rows of the user's or not; where it holds none, or is one that the login may not even read
    /// and has nothing to bring into, a login that does not own it could not even delete none.
    /// </summary>
    public bool HasNothingToClear => IsConfiguration && (Target.Pages == 0 || (IsEmpty && Target.IsUnreadable));

    public TableName Name => Source.Name;

    /// <summary>No row of any snapshot is in it.</summary>
    public bool IsEmpty => Source.Pages == 0;

    public long Weight => Source.Bytes;

    /// <summary>The target's condition of rows that are the user's, where it is another than the source's.</summary>
    public string? FurtherCondition => UserRows.Further(Source.Condition, Target.Condition, Target.Columns.Except(Source.Columns, StringComparer.Ordinal));

    /// <summary>Holds an extension's configuration, and rows of it may be the user's.</summary>
    public bool IsConfiguration => Source.Condition is not null;

    /// <summary>
    /// The extension fills it, and users add to it: what its functions look up (the coordinate systems of PostGIS). A column
    /// that is computed, and an index, may need these rows.
    /// </summary>
    public bool IsFirst => Source.Condition is { Length: > 0 } && !IsEmpty && !IsLast && !Target.HasTriggers;

    public bool IsLast => Source.IsCheckedByFunctions && !IsEmpty;
}

/// <summary>A range of a table's pages. The last one is open-ended, for pages that were added after the table was measured.</summary>
/// <param name="Count">Chunks in all; 1 for a table in one piece.</param>
/// <param name="PagesEach">Pages of every chunk but the last.</param>
internal sealed record TableChunk(int Index, int Count, long PagesEach)
{
    /// <summary>The condition on <c>ctid</c>.</summary>
    public string Condition
    {
        get
        {
            var from = $"ctid >= '({Index * PagesEach},0)'::pg_catalog.tid";
            return Index == Count - 1 ? from : $"{from} AND ctid < '({(Index + 1) * PagesEach},0)'::pg_catalog.tid";
        }
    }
}

/// <summary>What is copied in one transaction: one table, a chunk of one, or a batch of small ones.</summary>
internal sealed record CopyUnit
{
    public required string Key { get; init; }

    public required ImmutableArray<TableCopy> Tables { get; init; }

    /// <summary>Null: the tables go whole.</summary>
    public TableChunk? Chunk { get; init; }

    /// <summary>Goes before all others and their indexes, which may look up its rows.</summary>
    public bool IsFirst => Tables.All(table => table.IsFirst);

    /// <summary>Goes after all others, whose rows its checks may look at.</summary>
    public bool IsLast => Tables.Any(table => table.IsLast);

    /// <summary>Estimated bytes to move.</summary>
    public required long Bytes { get; init; }
}
