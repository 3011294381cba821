using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Validation.Rules;

/// <summary>Endpoints that no mapping uses are probably a forgotten mapping or a misspelled name.</summary>
internal sealed class UnusedEndpointRules : ManifestRule
{
    public UnusedEndpointRules() => ForAll((input, report) =>
    {
        if (input.IsBroken("databases") || (input.Root["databases"] as SequenceNode)?.Items.Length > input.Manifest.Databases.Length)
        {
            return;
        }

        Check(input, input.Manifest.Sources, input.Source, mapping => mapping.From, report);
        Check(input, input.Manifest.Targets, input.Target, mapping => mapping.To, report);
    });

    private static void Check(
        RuleInput input,
        IReadOnlyList<Endpoint> endpoints,
        Func<string, Endpoint?> find,
        Func<DatabaseMapping, DatabaseAddress> side,
        Action<string, Diagnostic> report)
    {
        var named = input.Manifest.Databases.Select(mapping => side(mapping).Endpoint).ToHashSet(StringComparer.Ordinal);
        if (named.Any(name => find(name) is null))
        {
            // An address that names nothing known may well mean one of these.
            return;
        }

        foreach (var endpoint in endpoints.Where(endpoint => !named.Contains(endpoint.Name)))
        {
            report(endpoint.Path, EndpointDiagnostics.UnusedEndpoint(input.Key(endpoint.Path), endpoint.Name));
        }
    }
}
