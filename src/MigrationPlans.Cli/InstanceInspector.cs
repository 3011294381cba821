using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Cli;

/// <summary>Looks at databases, and for the instances that a manifest moves as a whole.</summary>
internal sealed class InstanceInspector(IInspector databases, IInstanceFinder finder) : IInspector
{
    public async Task<InspectedFacts> InspectAsync(MigrationManifest manifest, CancellationToken cancellationToken)
    {
        var looks = Task.WhenAll(manifest.Instances.Select(move => FindAsync(manifest.Name, move, cancellationToken)));
        var facts = await databases.InspectAsync(manifest, cancellationToken);
        var found = await looks;
        return facts with
        {
            Instances = [.. found.SelectMany(look => look.Instances)],
            Diagnostics = [.. facts.Diagnostics, .. found.Select(look => look.Failure).OfType<Diagnostic>()],
        };
    }

    private async Task<(ImmutableArray<InstanceFacts> Instances, Diagnostic? Failure)> FindAsync(
        string plan, InstanceMove move, CancellationToken cancellationToken)
    {
        try
        {
            return (await finder.FindAsync(plan, move, cancellationToken), null);
        }
        catch (DiagnosticException exception)
        {
            return ([], exception.Diagnostic);
        }
    }
}
