using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary><c>lock.json</c> in a directory of this machine, or of one that shares it; one process at a time changes it.</summary>
public sealed class LocalLockFile(string directory, TimeProvider clock) : ILockFile
{
    public const string Name = "lock.json";

    public string Location { get; } = Path.Combine(directory, Name);

    public Task<LockReading> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(Read());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(StateDiagnostics.CannotRead(Location, exception.Message), exception);
        }
    }

    public async Task<bool> TryReplaceAsync(LockReading seen, LockHolder? holder, CancellationToken cancellationToken)
    {
        try
        {
            using var guard = await LocalGuard.OpenAsync(directory, clock, cancellationToken);
            if (Read().Version != seen.Version)
            {
                return false;
            }

            Write(holder);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(StateDiagnostics.CannotWrite(Location, exception.Message), exception);
        }
    }

    private LockReading Read()
    {
        if (!File.Exists(Location))
        {
            return new LockReading { Now = clock.GetUtcNow() };
        }

        var content = File.ReadAllBytes(Location);

        // Nothing of ours is empty on a disk: a free lock is no file.
        return content.Length == 0
            ? new LockReading { IsUnreadable = true, Version = "", Now = clock.GetUtcNow() }
            : LockReading.Of(content, JournalLine.HashOf(content), clock.GetUtcNow());
    }

    private void Write(LockHolder? holder)
    {
        if (holder is not null)
        {
            DurableFile.Replace(Location, LockReading.Write(holder));
            return;
        }

        File.Delete(Location);
        DurableFile.FlushDirectory(directory);
    }
}
