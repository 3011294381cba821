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

    private readonly ILockFile file;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource released = new();
    private readonly CancellationTokenSource lost = new();
    private readonly Task renewing;
    private LockHolder own;

    private StateLock(ILockFile file, LockHolder own, TimeProvider clock)
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
    /// <exception cref="DiagnosticException">Another run holds it (MP5001), it can't be understood (MP5011), or it can't be read or written.</exception>
    public static async Task<StateLock> TakeAsync(ILockFile file, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = await file.ReadAsync(cancellationToken);
            if (seen.IsUnreadable)
            {
                throw new DiagnosticException(StateDiagnostics.LockUnreadable(file.Location));
            }

            if (seen.IsHeld)
            {
                throw new DiagnosticException(StateDiagnostics.Locked(seen.Holder!.ToString(), file.Location));
            }

            var own = LockHolder.OfThisProcess(clock.GetUtcNow(), Lease);
            if (await file.TryReplaceAsync(seen, own, cancellationToken))
            {
                return new StateLock(file, own, clock);
            }

            // Somebody was faster; who it is, the next look says.
        }
    }

    /// <summary>Removes the lock of a holder that is gone.</summary>
    /// <param name="force">Also of one that can't be seen from here and whose lease has not run out, and a file that can't be understood.</param>
    /// <returns>What the lock said before.</returns>
    /// <exception cref="DiagnosticException">The holder is or may be alive.</exception>
    public static async Task<LockReading> RemoveAsync(ILockFile file, bool force, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = await file.ReadAsync(cancellationToken);
            RefuseToRemove(file, seen, force);
            if (seen.IsFree || await file.TryReplaceAsync(seen, holder: null, cancellationToken))
            {
                return seen;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await released.CancelAsync();
        await renewing;
        try
        {
            await ReleaseAsync();
        }
        catch (DiagnosticException)
        {
            // The disk is full or gone. The next run sees that this process is gone, and takes the lock over.
        }

        released.Dispose();
        lost.Dispose();
    }

    private static void RefuseToRemove(ILockFile file, LockReading seen, bool force)
    {
        if (seen.IsUnreadable && !force)
        {
            throw new DiagnosticException(StateDiagnostics.LockUnreadable(file.Location));
        }

        if (seen.Holder is not { } holder)
        {
            return;
        }

        var isAlive = holder.Process.IsAlive();
        if (isAlive ?? (!force && seen.IsHeld))
        {
            throw new DiagnosticException(
                isAlive == true ? StateDiagnostics.HolderAlive(holder.ToString(), file.Location) : StateDiagnostics.Locked(holder.ToString(), file.Location));
        }
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
        var left = own.RenewedAt + Lease - clock.GetUtcNow();

        // Nothing left: the machine slept. If nobody took the lock meanwhile, it is still ours.
        using var untilItRunsOut = new CancellationTokenSource(left > TimeSpan.Zero ? left : RenewEvery, clock);
        try
        {
            LossReason = await RenewOnceAsync(untilItRunsOut.Token);
        }
        catch (OperationCanceledException)
        {
            LossReason = StateDiagnostics.LockLost(file.Location, "it could not be renewed before its lease ran out");
        }
        catch (Exception) when (!own.HasRunOut(clock.GetUtcNow() + RenewEvery))
        {
            // Whatever it was, the place may come back, as long as there is one more look before the lease runs out.
            LossReason = null;
        }
        catch (Exception exception)
        {
            LossReason = StateDiagnostics.LockLost(file.Location, (exception as DiagnosticException)?.Diagnostic.Message ?? exception.Message);
        }
    }

    private async Task<Diagnostic?> RenewOnceAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = await file.ReadAsync(cancellationToken);
            if (seen.IsUnreadable)
            {
                return StateDiagnostics.LockLost(file.Location, "it was overwritten");
            }

            if (seen.Holder?.Id != own.Id)
            {
                return StateDiagnostics.LockLost(file.Location, seen.Holder is { } other ? $"it was taken over by {other}" : "it was removed");
            }

            var renewed = own with { RenewedAt = clock.GetUtcNow() };
            if (await file.TryReplaceAsync(seen, renewed, cancellationToken))
            {
                own = renewed;
                return null;
            }
        }
    }

    private async Task ReleaseAsync()
    {
        var seen = await file.ReadAsync(CancellationToken.None);
        if (seen.Holder?.Id == own.Id)
        {
            // Refused only when somebody else changed it, and then it is theirs.
            await file.TryReplaceAsync(seen, holder: null, CancellationToken.None);
        }
    }
}
