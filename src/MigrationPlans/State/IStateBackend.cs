namespace MigrationPlans.State;

/// <summary>A place where the state of one manifest is kept: its files, and the lock on them.</summary>
public interface IStateBackend : IDisposable
{
    IStateFiles Files { get; }

    ILockFile Lock { get; }
}
