using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>Fences of an unfinished run that no mapping of its changed manifest stands behind.</summary>
internal static class LeftFences
{
    /// <param name="state">Before the plan is adopted.</param>
    public static IEnumerable<Diagnostic> Find(MigrationManifest manifest, RunState? state) => state is not { Status: RunStatus.Unfinished }
        ? []
        : from fence in state.Resources
          where fence.Kind == "fence"
              && !manifest.Databases.Any(mapping => mapping.Fence == Fence.ReadOnly && mapping.From == new DatabaseAddress(fence.Endpoint, fence.Name))
          let address = RunState.AddressOf(fence.Step)
          // That of a finished mapping is meant to stay.
          where state.Steps.Any(step => RunState.AddressOf(step.Id) == address && step.Status != StepStatus.Done)
          select StateDiagnostics.FenceLeft($"{fence.Endpoint}/{fence.Name}", address);
}
