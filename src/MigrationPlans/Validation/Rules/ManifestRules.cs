using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Validation.Rules;

/// <summary>All rules, in the order in which one finding makes another pointless.</summary>
internal static class ManifestRules
{
    private static readonly ImmutableArray<ManifestRule> All =
    [
        new NameRules(),
        new EndpointRules(),
        new HostRules(),
        new ArnRules(),
        new AddressRules(),
        new TargetRules(),
        new SelectionRules(),
        new RoleMapRules(),
        new ArchiveRules(),
        new InstanceMoveRules(),
        new UnusedEndpointRules(),
    ];

    public static void Check(MigrationManifest manifest, MappingNode root, SourceMap map, Findings findings)
    {
        var input = new RuleInput(manifest, root, map, findings.IsBroken);
        foreach (var failure in All.SelectMany(rule => rule.Validate(input).Errors))
        {
            findings.Report(failure.PropertyName, (Diagnostic)failure.CustomState);
        }
    }
}
