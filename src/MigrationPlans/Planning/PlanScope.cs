using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>
/// What a plan is made for: the whole manifest, or those mappings and instances that are named. What is done or begun
/// already comes along in any case.
/// </summary>
public sealed class PlanScope(MigrationManifest manifest, IReadOnlySet<string> named)
{
    public bool IsEverything => named.Count == 0;

    /// <summary>The addresses, in a fixed order; none where it is everything.</summary>
    public ImmutableArray<string> Named => [.. named.Order(StringComparer.Ordinal)];

    public bool Includes(DatabaseMapping mapping) => IsEverything || named.Contains(mapping.Address);

    internal bool Includes(Step step) => IsEverything || named.Contains(step.Database);

    /// <summary>Whether instances are to be moved. Which ones there are shows only when all are looked at.</summary>
    internal bool MovesInstances => IsEverything || named.Any(address => manifest.Databases.All(mapping => mapping.Address != address));

    /// <summary>
    /// Not what is said of other mappings alone. What is said of an endpoint concerns all, as they share its roles,
    /// be it by the name of the database at which it was met.
    /// </summary>
    /// <param name="facts">What was seen.</param>
    internal bool Concerns(Diagnostic finding, InspectedFacts facts)
    {
        if (finding.Subject is not { } subject || IsEverything)
        {
            return true;
        }

        var about = manifest.Databases.Where(mapping => mapping.Address == subject || mapping.From.ToString() == subject).ToList();
        var isOfMove = manifest.Instances.Any(move => subject == move.Path || subject.StartsWith($"{move.Path}.", StringComparison.Ordinal));
        return isOfMove ? MovesInstances : about.Count == 0 || about.Exists(mapping => Includes(mapping) || !IsSeen(mapping, facts));
    }

    /// <summary>Both of its servers.</summary>
    private static bool IsSeen(DatabaseMapping mapping, InspectedFacts facts) =>
        facts.FindEndpoint(EndpointRole.Source, mapping.From.Endpoint) is not null && facts.FindEndpoint(EndpointRole.Target, mapping.To.Endpoint) is not null;
}
