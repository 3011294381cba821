namespace MigrationPlans.Cli.Rehearsal;

/// <summary>Runs something when the process exits while this is not disposed.</summary>
internal sealed class ExitHook : IDisposable
{
    private readonly EventHandler handler;

    public ExitHook(Action action)
    {
        handler = (_, _) => action();
        AppDomain.CurrentDomain.ProcessExit += handler;
    }

    public void Dispose() => AppDomain.CurrentDomain.ProcessExit -= handler;
}
