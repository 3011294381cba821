using System.Collections.Concurrent;
using MigrationPlans.Execution;

namespace MigrationPlans.PostgreSql.Connections.Silence;

/// <summary>A piece of work whose connections are watched; it fails as a whole when one of them is dead.</summary>
internal sealed class WatchedWork(TimeProvider time, CancellationToken cancellationToken)
{
    // Never disposed of: work that is left to itself still holds its token, and is to hear of a stop.
    private readonly CancellationTokenSource cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly ConcurrentDictionary<WatchedSession, SessionSilence> sessions = new(ReferenceEqualityComparer.Instance);

    private long rowsRead;

    public CancellationToken Token => cut.Token;

    /// <summary>Why it was cut off; null where it was not.</summary>
    public StepFailedException? Failure { get; private set; }

    public long RowsRead => Interlocked.Read(ref rowsRead);

    public void CountRow() => Interlocked.Increment(ref rowsRead);

    public void Add(WatchedSession session) => sessions[session] = new SessionSilence(time.GetTimestamp());

    public IReadOnlyList<WatchedSession> FindOpen() => [.. sessions.Keys.Where(session => session.Activity() is not SessionActivity.Closed)];

    /// <summary>Those that something is waited for on, and have been so at each look for that long.</summary>
    public IReadOnlyList<(WatchedSession Session, SessionSilence Silence)> FindSilent(TimeSpan atLeast)
    {
        var activities = sessions.ToDictionary(pair => pair.Key, pair => pair.Key.Activity());
        // A result may lie open while what was read of it is worked on.
        var isWaitedFor = activities.ContainsValue(SessionActivity.Waiting);
        foreach (var (session, activity) in activities)
        {
            if (activity == SessionActivity.Closed)
            {
                sessions.TryRemove(session, out _);
            }
            else if (activity == SessionActivity.Resting || (activity == SessionActivity.Reading && isWaitedFor) || sessions[session].Moved != session.Moved())
            {
                sessions[session] = new SessionSilence(time.GetTimestamp()) { Moved = session.Moved() };
            }
        }

        return [.. sessions.Where(pair => time.GetElapsedTime(pair.Value.Since) >= atLeast).Select(pair => (pair.Key, pair.Value))];
    }

    public void Fail(StepFailedException failure) => Failure = failure;

    public Task CutAsync() => cut.CancelAsync();
}

/// <summary>Of one session. Touched by the watch only.</summary>
/// <param name="since">When it began, or was first seen.</param>
internal sealed class SessionSilence(long since)
{
    public long Since { get; } = since;

    public long Moved { get; init; }

    /// <summary>What the server says, where that can't be while we wait; null where it says something else.</summary>
    public SessionReport? Suspicion { get; set; }

    /// <summary>Since which look it says so.</summary>
    public long SuspectedSince { get; set; }

    /// <summary>Since which look nobody who was asked knows the session; null where it was known at the last.</summary>
    public long? UnknownSince { get; set; }
}
