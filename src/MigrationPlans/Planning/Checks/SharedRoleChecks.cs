using System.Collections.Immutable;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Planning.Checks;

/// <summary>Roles that become one on the target and are not alike on their sources.</summary>
internal static class SharedRoleChecks
{
    public static IEnumerable<Diagnostic> Check(ImmutableArray<MappingFacts> mappings) =>
        from shared in mappings.SelectMany(mapping => mapping.SharedRoles).Distinct()
        let differences = shared.Differences().ToList()
        where differences.Count > 0
        // The one that could be given another name.
        let arrival = shared.Arrivals[^1]
        let last = arrival.Mapping
        select RoleDiagnostics.SharedDiffer(
            last.Address,
            shared.Name,
            arrival.Role.Name,
            last.TargetServer.Name,
            shared.Sources,
            string.Join("; ", differences),
            last.At("roles") ?? last.At("from"));
}
