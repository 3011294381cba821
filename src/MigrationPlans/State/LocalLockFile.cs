using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary><c>lock.json</c> in a directory of this machine, or of one that shares it; one process at a time changes it.</summary>
public sealed class LocalLockFile(string directory, TimeProvider clock) : ILockFile
{
    public const string Name = "lock.json";

    private static readonly FileStreamOptions Guard = new()
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        UnixCreateMode = DurableFile.OwnerOnly,
    };

    private static readonly TimeSpan GuardWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GuardPoll = TimeSpan.FromMilliseconds(20);

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
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var guard = await OpenGuardAsync(cancellationToken);
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

    private async Task<FileStream> OpenGuardAsync(CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + GuardWait;
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(directory, ".lock.guard"), Guard);
            }
            catch (IOException) when (clock.GetUtcNow() < until)
            {
                await Task.Delay(GuardPoll, clock, cancellationToken);
            }
        }
    }
}
