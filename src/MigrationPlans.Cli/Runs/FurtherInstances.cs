using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;

namespace MigrationPlans.Cli.Runs;

/// <summary>Looks whether the moves of a manifest that is finished pick more by now.</summary>
internal static class FurtherInstances
{
    /// <returns>Whether a plan is to be made anew; and what stood in the way of the look.</returns>
    public static async Task<(bool AreThere, ImmutableArray<Diagnostic> Findings)> FindAsync(
        MigrationManifest manifest, KeptWork kept, IInspector inspector, CancellationToken cancellationToken)
    {
        if (manifest.Instances.IsEmpty)
        {
            return (false, []);
        }

        var facts = await inspector.InspectAsync(manifest with { Sources = [], Targets = [], Databases = [] }, cancellationToken);
        return (kept.LeavesInstances(manifest, facts), [.. facts.Diagnostics.Select(kept.Judge)]);
    }
}
