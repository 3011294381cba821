using MigrationPlans.Aws.State;
using MigrationPlans.State;

namespace MigrationPlans.Cli;

/// <summary>Opens the place of a manifest's state.</summary>
internal static class StateBackends
{
    /// <param name="path">The manifest's, as the user gave it.</param>
    /// <param name="option">What <c>--state</c> says; null when it is not given.</param>
    /// <exception cref="Diagnostics.DiagnosticException">The place is none, or there are no credentials for it.</exception>
    public static IStateBackend Open(CommandHost host, string path, string name, string? option) =>
        option is not null && S3Address.IsOne(option)
            ? new S3Backend(S3Address.Parse(option), host.Clock)
            : new LocalBackend(StatePlace.Find(Path.GetFullPath(path, host.WorkingDirectory), name, option, host.WorkingDirectory), host.Clock);
}
