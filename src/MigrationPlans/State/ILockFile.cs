namespace MigrationPlans.State;

/// <summary>The lock's content, wherever it is kept. Changed only on the condition that nobody else changed it meanwhile.</summary>
public interface ILockFile
{
    /// <summary>Where it is, for messages.</summary>
    string Location { get; }

    /// <exception cref="Diagnostics.DiagnosticException">It can't be read.</exception>
    Task<LockReading> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Puts a holder in, or frees the lock; survives a power cut when it returns true.</summary>
    /// <param name="holder">Null frees it.</param>
    /// <returns>False: the lock was changed since the reading, and is left as it is.</returns>
    /// <exception cref="Diagnostics.DiagnosticException">It can't be written.</exception>
    Task<bool> TryReplaceAsync(LockReading seen, LockHolder? holder, CancellationToken cancellationToken);
}
