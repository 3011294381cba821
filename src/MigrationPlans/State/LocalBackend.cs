namespace MigrationPlans.State;

/// <summary>State in a directory.</summary>
public sealed class LocalBackend(string directory, TimeProvider clock) : IStateBackend
{
    public IStateFiles Files { get; } = new LocalStateFiles(directory, clock);

    public ILockFile Lock { get; } = new LocalLockFile(directory, clock);

    public void Dispose()
    {
        // Holds nothing open.
    }
}
