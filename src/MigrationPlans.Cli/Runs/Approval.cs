using MigrationPlans.Diagnostics;

namespace MigrationPlans.Cli.Runs;

/// <summary>Asks before servers are changed.</summary>
internal static class Approval
{
    /// <returns>Null when it is given; else why not.</returns>
    public static async Task<Diagnostic?> AskAsync(CommandHost host, string question, bool isGiven)
    {
        if (isGiven)
        {
            return null;
        }

        if (!host.IsInteractive)
        {
            return CommandLineDiagnostics.ApprovalNeeded();
        }

        await host.Error.WriteAsync($"\n{question} Only `yes` is taken: ");
        await host.Error.FlushAsync(CancellationToken.None);
        // A console's reader waits for a whole line, whatever token it is given.
        var answer = await Task.Run(host.In.ReadLine, CancellationToken.None).WaitAsync(host.Stopping);
        host.Stopping.ThrowIfCancellationRequested();
        return answer?.Trim() == "yes" ? null : CommandLineDiagnostics.NotApproved();
    }
}
