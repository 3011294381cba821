using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

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

            if (input.Manifest.Databases.IsEmpty && input.Manifest.Instances.IsEmpty && input.Root["databases"] is null && input.Root["instances"] is null
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

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DnsLabel();
}
