using System.Text.Json;

namespace MigrationPlans.State;

/// <summary>What the lock said at one moment.</summary>
public sealed record LockReading
{
    /// <summary>Null: the lock is free, or what is there is no lock.</summary>
    public LockHolder? Holder { get; init; }

    /// <summary>What is there is not what migplan writes.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>Tells this content from any other; null when nothing is there.</summary>
    public string? Version { get; init; }

    /// <summary>The moment, by the clock that the holder's <see cref="LockHolder.RenewedAt"/> was taken from.</summary>
    public required DateTimeOffset Now { get; init; }

    public bool IsFree => Holder is null && !IsUnreadable;

    /// <summary>The holder may be at work.</summary>
    public bool IsHeld => Holder?.MayLive(Now) == true;

    /// <param name="content">Empty: free.</param>
    public static LockReading Of(byte[] content, string? version, DateTimeOffset now)
    {
        if (content.Length == 0)
        {
            return new LockReading { Version = version, Now = now };
        }

        try
        {
            var holder = StateJson.Read<LockHolder>(content);
            return new LockReading { Holder = holder, IsUnreadable = holder is null, Version = version, Now = now };
        }
        catch (JsonException)
        {
            return new LockReading { IsUnreadable = true, Version = version, Now = now };
        }
    }

    /// <summary>What to write for a holder.</summary>
    public static byte[] Write(LockHolder? holder) => holder is null ? [] : JsonSerializer.SerializeToUtf8Bytes(holder, StateJson.Lock);
}
