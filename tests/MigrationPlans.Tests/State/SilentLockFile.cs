using MigrationPlans.State;

namespace MigrationPlans.Tests.State;

/// <summary>A lock whose place can stop answering, or answer nonsense.</summary>
internal sealed class SilentLockFile(ILockFile file) : ILockFile
{
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsSilent { get; set; }

    /// <summary>What asking ends with, which nobody foresaw.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Somebody has asked in vain.</summary>
    public Task Asked => asked.Task;

    public string Location => file.Location;

    public async Task<LockReading> ReadAsync(CancellationToken cancellationToken)
    {
        if (IsSilent)
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (Failure is not null)
        {
            asked.TrySetResult();
            throw Failure;
        }

        return await file.ReadAsync(cancellationToken);
    }

    public Task<bool> TryReplaceAsync(LockReading seen, LockHolder? holder, CancellationToken cancellationToken) =>
        file.TryReplaceAsync(seen, holder, cancellationToken);
}
