using MigrationPlans.Manifest;
using MigrationPlans.Reporting;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>Plans, shows the plan and carries it out without asking: for servers that nobody else uses.</summary>
internal static class UnattendedRun
{
    /// <param name="manifest">As the parts' endpoints are to be used.</param>
    /// <param name="parts">Disposed of when the run ends.</param>
    /// <param name="parallelism">Copy workers in all; null decides by cores.</param>
    /// <param name="nextCommand">What to say when the run does not end well.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="Diagnostics.DiagnosticException">The state can't be used or written.</exception>
    public static async Task<int> CompleteAsync(
        CommandHost host, MigrationManifest manifest, IRunParts parts, string stateDirectory, int? parallelism, string nextCommand)
    {
        using var backend = new LocalBackend(stateDirectory, host.Clock);
        await using var session = await RunSession.OpenAsync(manifest, SourceMap.Empty, parts, backend, host.Clock, host.Stopping);
        var all = new HashSet<string>(StringComparer.Ordinal);
        var (plan, findings) = await session.PlanAsync(all, host.Stopping);
        ManifestInput.Report(host, findings);
        if (plan is null)
        {
            return ExitCode.Failed;
        }

        new PlanTextView(new StyledWriter(host.Out, host.ColorOut)).Write(plan);
        await session.AdoptAsync(plan);
        var report = await RunOutput.ShowAsync(host, events => session.RunAsync(plan, all, parallelism, events, host.Stopping));
        RunOutput.Summarize(host, manifest, session.State!, report, nextCommand);
        return RunOutput.ExitCodeOf(report.Outcome);
    }
}
