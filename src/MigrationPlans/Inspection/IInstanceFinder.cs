using System.Collections.Immutable;
using MigrationPlans.Manifest;

namespace MigrationPlans.Inspection;

/// <summary>Finds the instances that a manifest's moves pick. Changes nothing.</summary>
public interface IInstanceFinder
{
    /// <param name="plan">The manifest's name; what its runs have made is not picked.</param>
    /// <returns>By identifier.</returns>
    /// <exception cref="Diagnostics.DiagnosticException">The account can't be looked into.</exception>
    Task<ImmutableArray<InstanceFacts>> FindAsync(string plan, InstanceMove move, CancellationToken cancellationToken);
}
