using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Validation.Rules;

/// <summary>Names of the plan and of endpoints.</summary>
internal sealed partial class NameRules : ManifestRule
{
    public NameRules()
    {
        ForAll((input, report) =>
        {
            if (!DnsLabel().IsMatch(input.Manifest.Name))
            {
                report("metadata.name", ValidationDiagnostics.NotDnsLabel(input.Value("metadata.name"), input.Manifest.Name));
            }

            if (IsEmpty(input.Root["databases"]) && IsEmpty(input.Root["instances"])
                && !input.IsBroken("databases") && !input.IsBroken("instances"))
            {
                report(ManifestPath.Root, ValidationDiagnostics.NothingToDo(input.Value("metadata.name")));
            }
        });
        ForEach(input => input.Endpoints, (input, endpoint, report) =>
        {
            if (endpoint.Name.Length is 0 or > 63 || endpoint.Name.Trim() != endpoint.Name || endpoint.Name.Any(char.IsControl))
            {
                report(endpoint.Path, EndpointDiagnostics.BadEndpointName(input.Key(endpoint.Path)));
            }
        });
    }

    private static bool IsEmpty(ManifestNode? items) => items is null or SequenceNode { Items.IsEmpty: true };

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex DnsLabel();
}
