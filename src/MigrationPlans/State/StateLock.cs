using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary>
/// Keeps a second run away from a state. Renewed in the background until it is disposed. A holder that is gone loses it: at
/// once when it ran on this machine and is seen to be gone, else when its lease has run out. A live one never does.
/// </summary>
public sealed class StateLock : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(15);

    private readonly LockFile file;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource released = new();
    private readonly CancellationTokenSource lost = new();
    private readonly Task renewing;
    private LockHolder own;

    private StateLock(LockFile file, LockHolder own, TimeProvider clock)
    {
        this.file = file;
        this.own = own;
        this.clock = clock;
        renewing = RenewAsync();
    }

    /// <summary>Fires when the lock is not ours any more: the run must stop.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>Why; null while it is ours.</summary>
    public Diagnostic? LossReason { get; private set; }

    /// <summary>Takes the lock.</summary>
    /// <exception cref="DiagnosticException">Another run holds it (MP5001), or the directory can't be written.</exception>
    public static async Task<StateLock> TakeAsync(string directory, TimeProvider clock, CancellationToken cancellationToken)
    {
        var file = new LockFile(directory, clock);
        var holder = await file.GuardedAsync(() => Take(file, clock), cancellationToken);
        return new StateLock(file, holder, clock);
    }

    /// <summary>Who holds it; null when it is free.</summary>
    /// <exception cref="DiagnosticException">The lock file can't be understood.</exception>
    public static LockHolder? Peek(string directory, TimeProvider clock) => new LockFile(directory, clock).Read();

    /// <summary>Removes the lock of a holder that is gone.</summary>
    /// <param name="force">Also of one that can't be seen from here and whose lease has not run out, and a file that can't be understood.</param>
    /// <returns>Whose lock was removed; null when there was none or it could not be understood.</returns>
    /// <exception cref="DiagnosticException">The holder is or may be alive.</exception>
    public static Task<LockHolder?> RemoveAsync(string directory, bool force, TimeProvider clock, CancellationToken cancellationToken)
    {
        var file = new LockFile(directory, clock);
        return file.GuardedAsync(() => Remove(file, force, clock), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await released.CancelAsync();
        await renewing;
        try
        {
            await file.GuardedAsync(Release, CancellationToken.None);
        }
        catch (DiagnosticException)
        {
            // The disk is full or gone. The next run sees that this process is gone, and takes the lock over.
        }

        released.Dispose();
        lost.Dispose();
    }

    private static LockHolder Take(LockFile file, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        if (file.Read() is { } holder && holder.MayLive(now))
        {
            throw new DiagnosticException(StateDiagnostics.Locked(holder.ToString(), file.FilePath));
        }

        var own = new LockHolder
        {
            Id = Guid.NewGuid().ToString("n"),
            Who = Environment.UserName,
            Host = Environment.MachineName,
            Process = ProcessIdentity.OfThisProcess(),
            Since = now,
            RenewedAt = now,
            LeaseSeconds = (int)Lease.TotalSeconds,
        };
        file.Write(own);
        return own;
    }

    private static LockHolder? Remove(LockFile file, bool force, TimeProvider clock)
    {
        LockHolder? holder = null;
        try
        {
            holder = file.Read();
        }
        catch (DiagnosticException) when (force)
        {
            // A file that nobody understands keeps nobody's lock.
        }

        var isAlive = holder?.Process.IsAlive();
        if (holder is not null && (isAlive ?? (!force && !holder.HasRunOut(clock.GetUtcNow()))))
        {
            throw new DiagnosticException(
                isAlive == true ? StateDiagnostics.HolderAlive(holder.ToString(), file.FilePath) : StateDiagnostics.Locked(holder.ToString(), file.FilePath));
        }

        file.Delete();
        return holder;
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(RenewEvery, clock);
        try
        {
            while (LossReason is null && await timer.WaitForNextTickAsync(released.Token))
            {
                await TryRenewAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Given back.
        }

        if (LossReason is not null)
        {
            await lost.CancelAsync();
        }
    }

    private async Task TryRenewAsync()
    {
        try
        {
            LossReason = await file.GuardedAsync(Renew, CancellationToken.None);
        }
        catch (DiagnosticException exception)
        {
            // The disk may come back before the lease runs out.
            LossReason = own.HasRunOut(clock.GetUtcNow()) ? StateDiagnostics.LockLost(file.FilePath, exception.Diagnostic.Message) : null;
        }
    }

    private Diagnostic? Renew()
    {
        if (file.Read() is not { } holder)
        {
            return StateDiagnostics.LockLost(file.FilePath, "it was removed");
        }

        if (holder.Id != own.Id)
        {
            return StateDiagnostics.LockLost(file.FilePath, $"it was taken over by {holder}");
        }

        own = own with { RenewedAt = clock.GetUtcNow() };
        file.Write(own);
        return null;
    }

    private bool Release()
    {
        var isOurs = file.Read()?.Id == own.Id;
        if (isOurs)
        {
            file.Delete();
        }

        return isOurs;
    }
}
