using MigrationPlans.Manifest;

namespace MigrationPlans.Inspection;

/// <summary>Looks at every endpoint and database that a manifest names. Changes nothing.</summary>
public interface IInspector
{
    /// <summary>Looks at all endpoints at once; what fails is a diagnostic among the facts, never an exception.</summary>
    Task<InspectedFacts> InspectAsync(MigrationManifest manifest, CancellationToken cancellationToken);
}
