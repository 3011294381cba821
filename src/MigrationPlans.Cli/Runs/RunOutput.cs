using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Reporting;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>How a run shows itself: live or in lines while it goes on, a summary at its end.</summary>
internal static class RunOutput
{
    /// <summary>Runs the work with progress on standard error.</summary>
    public static Task<RunReport> ShowAsync(CommandHost host, Func<IRunEvents, Task<RunReport>> work)
    {
        if (!host.ErrorIsTerminal)
        {
            return work(new RunLines(host.Error, host.ColorError));
        }

        var progress = new RunProgress(host.Clock);
        return LiveProgress.On(host.Error, host.ColorError, progress).ShowAsync(() => work(progress));
    }

    /// <summary>Says on standard output what was done, and on standard error what failed and what to do next.</summary>
    public static void Summarize(CommandHost host, MigrationManifest manifest, RunState state, RunReport report, string nextCommand)
    {
        var writer = new StyledWriter(host.Out, host.ColorOut);
        RunStatusView.Write(writer, RunStatusReport.Of(manifest, state, runningBy: null), withSteps: false);
        writer.WriteLine();
        writer.WriteLine($"{RunFigures.Describe(report.Outcome)} after {HumanUnits.Duration(report.Elapsed)}", StyleOf(report.Outcome));
        if (!report.Failures.IsEmpty)
        {
            host.Error.WriteLine();
            ManifestInput.Report(host, report.Failures);
        }

        if (report.Outcome is not (RunOutcome.Completed or RunOutcome.NothingToDo))
        {
            host.Error.WriteLine($"next: {nextCommand}");
        }
    }

    public static int ExitCodeOf(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Completed or RunOutcome.NothingToDo => ExitCode.Done,
        RunOutcome.SomeFailed => ExitCode.SomeFailed,
        RunOutcome.Interrupted => ExitCode.Interrupted,
        RunOutcome.Differences => ExitCode.Different,
        _ => ExitCode.Failed,
    };

    private static TextStyle StyleOf(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Completed or RunOutcome.NothingToDo => TextStyle.Good,
        RunOutcome.Interrupted => TextStyle.Warning,
        _ => TextStyle.Bad,
    };
}
