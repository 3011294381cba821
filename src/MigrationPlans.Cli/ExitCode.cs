namespace MigrationPlans.Cli;

/// <summary>What the process says when it ends; scripts rely on these numbers.</summary>
internal static class ExitCode
{
    /// <summary>Done, or nothing to do.</summary>
    public const int Done = 0;

    public const int Failed = 1;

    /// <summary>With <c>--detailed-exitcode</c>: changes are pending.</summary>
    public const int ChangesPending = 2;

    public const int ManifestInvalid = 3;

    /// <summary>Stopped at a safe point; the same command resumes.</summary>
    public const int Interrupted = 4;

    /// <summary>Another run holds the lock.</summary>
    public const int Locked = 5;

    /// <summary>The plan is stale, or an endpoint drifted.</summary>
    public const int Stale = 6;

    /// <summary>Some databases failed; the same command resumes.</summary>
    public const int SomeFailed = 7;

    /// <summary>Verification found a difference.</summary>
    public const int Different = 8;

    public const int WrongCommandLine = 64;

    /// <summary>A second Ctrl-C.</summary>
    public const int ForcedStop = 130;
}
