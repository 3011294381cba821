using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Validation.Rules;

/// <summary>Endpoints that no mapping uses are probably a forgotten mapping or a misspelled name.</summary>
internal sealed class UnusedEndpointRules : ManifestRule
{
    public UnusedEndpointRules()
    {
        ForEach(input => input.Manifest.Sources, (input, endpoint, report) => Check(input, endpoint, input.Manifest.Sources, mapping => mapping.From, report));
        ForEach(input => input.Manifest.Targets, (input, endpoint, report) => Check(input, endpoint, input.Manifest.Targets, mapping => mapping.To, report));
    }

    private static void Check(RuleInput input, Endpoint endpoint, IReadOnlyList<Endpoint> known, Func<DatabaseMapping, DatabaseAddress> side, Action<string, Diagnostic> report)
    {
        var named = input.Manifest.Databases.Select(mapping => side(mapping).Endpoint).ToHashSet(StringComparer.Ordinal);
        if (input.IsBroken("databases") || (input.Root["databases"] as SequenceNode)?.Items.Length > input.Manifest.Databases.Length)
        {
            return;
        }

        // An address that names nothing known may well mean this endpoint.
        if (named.All(name => known.Any(other => other.Name == name)) && !named.Contains(endpoint.Name))
        {
            report(endpoint.Path, EndpointDiagnostics.UnusedEndpoint(input.Key(endpoint.Path), endpoint.Name));
        }
    }
}
