using System.Collections.Concurrent;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Rows;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Adds up what the workers do and publishes it, at most ten times a second.</summary>
internal sealed class CopyProgress(Step step, StepContext context, long bytesTotal, IReadOnlyDictionary<TableName, int> unitsOfTable, int indexesTotal)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<TableName, int> unitsLeft = new(unitsOfTable);
    private long lastPublished = context.Clock.GetTimestamp() - context.Clock.TimestampFrequency;
    private int tablesDone;
    private int indexesDone;
    private long rows;
    private long bytes;

    public int IndexesDone => indexesDone;

    public long Rows => rows;

    public long Bytes => bytes;

    /// <summary>Bytes have arrived, of rows that are not committed yet.</summary>
    public void Moved(string activity, long count)
    {
        Interlocked.Add(ref bytes, count);
        Publish(activity, force: false);
    }

    /// <summary>A table, or a chunk of it, is committed.</summary>
    public void TableUnitDone(TableName table, long rowCount)
    {
        Interlocked.Add(ref rows, rowCount);
        if (unitsLeft.AddOrUpdate(table, 0, (_, left) => left - 1) == 0)
        {
            Interlocked.Increment(ref tablesDone);
        }

        Publish(table.ToString(), force: tablesDone == unitsOfTable.Count);
    }

    public void IndexesBuilt(string activity, int count)
    {
        var done = Interlocked.Add(ref indexesDone, count);
        Publish(activity, force: done == indexesTotal);
    }

    private void Publish(string activity, bool force)
    {
        var last = Interlocked.Read(ref lastPublished);
        var now = context.Clock.GetTimestamp();
        if (!force && (context.Clock.GetElapsedTime(last, now) < Pause || Interlocked.CompareExchange(ref lastPublished, now, last) != last))
        {
            return;
        }

        // Rows can take more room on the wire than in the table.
        var progress = new StepProgress(
            activity,
            tablesDone,
            unitsOfTable.Count,
            Interlocked.Read(ref rows),
            Math.Min(Interlocked.Read(ref bytes), bytesTotal),
            bytesTotal,
            indexesDone,
            indexesTotal);
        context.Events.Publish(new StepProgressed(step, progress) { At = context.Clock.GetUtcNow() });
    }
}
