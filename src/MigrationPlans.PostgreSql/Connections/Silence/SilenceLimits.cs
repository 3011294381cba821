using MigrationPlans.Execution;

namespace MigrationPlans.PostgreSql.Connections.Silence;

/// <summary>When a connection on which nothing comes is asked about. Silence itself is no fault: an index build may take hours.</summary>
public sealed record SilenceLimits
{
    /// <summary>Of waiting without a byte, after which the server is asked what it knows of the session, and the user is told.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two looks.</summary>
    public TimeSpan BetweenLooks { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For how long the server must say the same of a connection, and nothing come, before it counts as dead. What was lost on the way is
    /// sent anew at the latest after two minutes, after an outage, too.
    /// </summary>
    /// <remarks>RFC 6298: <c>TCP_RTO_MAX</c> of Linux is 120 s.</remarks>
    public TimeSpan Certainty { get; init; } = TimeSpan.FromSeconds(150);

    /// <summary>
    /// How long a server that can't be asked, because it takes no connection, still counts as at work; and one that
    /// does not know the session, but may be another one.
    /// </summary>
    public TimeSpan Patience { get; init; } = new RetrySettings().Patience;

    /// <summary>For one look: a server that is there answers in a moment.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For work to end in, once it is stopped: somebody waits for it, and what is left to itself goes with the process.</summary>
    public TimeSpan Stopping { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The same, once it is cut off, before it is tried again. What then still hangs, hangs on a connection that nothing comes from.</summary>
    public TimeSpan Unwinding { get; init; } = TimeSpan.FromSeconds(20);
}
