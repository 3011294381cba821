using MigrationPlans.Diagnostics;

namespace MigrationPlans.Cli;

/// <summary>Which exit code a refusal has.</summary>
internal static class ExitCodes
{
    /// <summary>By the finding's code; every other one is a plain failure.</summary>
    public static int Of(Diagnostic diagnostic) => diagnostic.Code switch
    {
        // The lock.
        "MP5001" or "MP5012" => ExitCode.Locked,
        // The lock was lost: the same command resumes.
        "MP5008" or "MP5021" => ExitCode.Interrupted,
        // Another plan, a rollback, or a mapping that was changed, unfinished; a target is gone; a saved plan is out of date,
        // or its accounts are not the caller's.
        "MP5009" or "MP5015" or "MP5024" or "MP6008" or "MP4055" or "MP3618" => ExitCode.Stale,
        // What is asked for on the command line is not there.
        "MP9103" => ExitCode.WrongCommandLine,
        _ => ExitCode.Failed,
    };
}
