namespace MigrationPlans.IntegrationTests;

/// <summary>Whoever waits by it waits for nothing: the time has passed at once. For limits that would take a test long to reach.</summary>
/// <param name="wall">Tells the time of day.</param>
internal sealed class HastyClock(TimeProvider wall) : TimeProvider
{
    private long skipped;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref skipped);

    public override DateTimeOffset GetUtcNow() => wall.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= TimeSpan.Zero)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        Interlocked.Add(ref skipped, (long)(dueTime.TotalSeconds * TimestampFrequency));
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
