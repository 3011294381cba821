using System.Globalization;
using MigrationPlans.Execution;
using MigrationPlans.Reporting;

namespace MigrationPlans.Cli.Runs;

/// <summary>What long waits outside of steps are for, as lines: looks at endpoints, and removals.</summary>
/// <param name="verb">Of the command line.</param>
internal sealed class WaitLines(CommandHost host, string verb)
{
    private readonly WaitRhythm rhythm = new();
    private readonly StyledWriter writer = new(host.Error, host.ColorError);

    /// <summary>Called from many threads.</summary>
    public void Tell(LongWait wait)
    {
        lock (rhythm)
        {
            if (rhythm.IsDue(verb, wait))
            {
                writer.Write(host.Clock.GetUtcNow().UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture), TextStyle.Faint)
                    .Write(" ")
                    .WriteLine($"{verb} waits: {wait}", TextStyle.Warning);
            }
        }
    }
}
