using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Rows;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>What a table that an earlier attempt worked on needs now.</summary>
internal enum TableStanding
{
    /// <summary>Nothing of it has arrived.</summary>
    Absent,

    /// <summary>All of it has arrived, as the current state of the source has it.</summary>
    Done,

    /// <summary>Some chunks of the current state have arrived.</summary>
    Begun,

    /// <summary>All of it has arrived, from an earlier state, or may be gone again: rows must be compared.</summary>
    Unproven,

    /// <summary>Some of it has arrived, from an earlier state, or may be gone again: of no use.</summary>
    Stale,
}

/// <summary>Reads a table's standing from the ledger. Pure.</summary>
/// <param name="state">Names the source's current state.</param>
internal sealed class ResumeCheck(ImmutableArray<CopiedChunk> ledger, string state)
{
    private readonly ILookup<TableName, CopiedChunk> chunks = ledger.ToLookup(chunk => new TableName(chunk.Schema, chunk.Table));

    public TableStanding Of(TableCopy table)
    {
        var rows = chunks[table.Name].ToList();
        if (rows.Count == 0)
        {
            return TableStanding.Absent;
        }

        // A crash of the target empties an unlogged table and leaves its ledger rows.
        var isCurrent = !table.Target.IsUnlogged && rows.TrueForAll(row => row.Snapshot == state);
        if (rows.Count == rows[0].Chunks)
        {
            return isCurrent ? TableStanding.Done : TableStanding.Unproven;
        }

        return isCurrent && PlanOf(table) is not null ? TableStanding.Begun : TableStanding.Stale;
    }

    /// <summary>The chunks of a begun table that have not arrived.</summary>
    public IEnumerable<TableChunk> Missing(TableCopy table)
    {
        var (count, pagesEach) = PlanOf(table)!.Value;
        var arrived = chunks[table.Name].Select(row => row.Chunk).ToHashSet();
        return Enumerable.Range(0, count).Where(index => !arrived.Contains(index)).Select(index => new TableChunk(index, count, pagesEach));
    }

    /// <summary>How the earlier attempt cut the table; null when its rows have moved to other pages since.</summary>
    private (int Count, long PagesEach)? PlanOf(TableCopy table)
    {
        var first = chunks[table.Name].First();
        var isNumber = long.TryParse(first.Bounds?.Split(' ')[0], out var pagesEach);
        return isNumber && first.Bounds == UnitCopier.Bounds(table, new TableChunk(0, first.Chunks, pagesEach)) ? (first.Chunks, pagesEach) : null;
    }
}
