using MigrationPlans.Diagnostics;
using MigrationPlans.Planning;

namespace MigrationPlans.Cli;

/// <summary>Saved plans as the commands take and give them.</summary>
internal static class PlanInput
{
    /// <summary>Reads a saved plan; findings go to standard error, and the plan is null then.</summary>
    public static async Task<MigrationPlan?> ReadAsync(CommandHost host, string path, CancellationToken cancellationToken)
    {
        try
        {
            var json = await File.ReadAllTextAsync(Path.GetFullPath(path, host.WorkingDirectory), cancellationToken);
            var (plan, diagnostics) = PlanDocument.Read(json, path);
            ManifestInput.Report(host, diagnostics);
            return plan;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ManifestInput.Report(host, [PlanFileDiagnostics.Unreadable(path, exception.Message)]);
            return null;
        }
    }
}
