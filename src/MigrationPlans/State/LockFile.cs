using System.Text.Json;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary>Reads and changes <c>lock.json</c>, one process at a time.</summary>
internal sealed class LockFile(string directory, TimeProvider clock)
{
    public const string Name = "lock.json";

    private static readonly TimeSpan GuardWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GuardPoll = TimeSpan.FromMilliseconds(20);

    public string FilePath { get; } = Path.Combine(directory, Name);

    /// <summary>Runs the action while no other process looks at or changes the lock.</summary>
    /// <exception cref="DiagnosticException">The directory is not writable, or the guard stays taken.</exception>
    public async Task<T> GuardedAsync<T>(Func<T> action, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var guard = await OpenGuardAsync(cancellationToken);
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(StateDiagnostics.CannotWrite(FilePath, exception.Message), exception);
        }
    }

    /// <summary>The holder; null when the lock is free.</summary>
    /// <exception cref="DiagnosticException">The file is not a lock file.</exception>
    public LockHolder? Read()
    {
        if (!File.Exists(FilePath))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<LockHolder>(File.ReadAllBytes(FilePath), StateJson.File)
                ?? throw new DiagnosticException(StateDiagnostics.LockUnreadable(FilePath));
        }
        catch (JsonException exception)
        {
            throw new DiagnosticException(StateDiagnostics.LockUnreadable(FilePath), exception);
        }
    }

    public void Write(LockHolder holder) => DurableFile.Replace(FilePath, JsonSerializer.SerializeToUtf8Bytes(holder, StateJson.File));

    public void Delete()
    {
        File.Delete(FilePath);
        DurableFile.FlushDirectory(directory);
    }

    private async Task<FileStream> OpenGuardAsync(CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + GuardWait;
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(directory, ".lock.guard"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (clock.GetUtcNow() < until)
            {
                await Task.Delay(GuardPoll, clock, cancellationToken);
            }
        }
    }
}
