using System.Globalization;

namespace MigrationPlans.State;

/// <summary>Who holds a lock: content of <c>lock.json</c>.</summary>
public sealed record LockHolder
{
    public string FormatVersion { get; init; } = RunState.CurrentFormat;

    /// <summary>Drawn anew for each lock, so that a holder can tell its own from a successor's.</summary>
    public required string Id { get; init; }

    /// <summary>The account.</summary>
    public required string Who { get; init; }

    public required string Host { get; init; }

    public required ProcessIdentity Process { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was last renewed.</summary>
    public required DateTimeOffset RenewedAt { get; init; }

    /// <summary>From <see cref="RenewedAt"/> on; after that the holder counts as dead, unless it is seen alive.</summary>
    public required int LeaseSeconds { get; init; }

    public static LockHolder OfThisProcess(DateTimeOffset now, TimeSpan lease) => new()
    {
        Id = Guid.NewGuid().ToString("n"),
        Who = Environment.UserName,
        Host = Environment.MachineName,
        Process = ProcessIdentity.OfThisProcess(),
        Since = now,
        RenewedAt = now,
        LeaseSeconds = (int)lease.TotalSeconds,
    };

    public bool HasRunOut(DateTimeOffset now) => now > RenewedAt.AddSeconds(LeaseSeconds);

    /// <summary>On the holder's machine its process decides; elsewhere the lease.</summary>
    public bool MayLive(DateTimeOffset now) => Process.IsAlive() ?? !HasRunOut(now);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Who} on {Host}, process {Process.Pid}, since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
}
