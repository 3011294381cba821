using System.Collections.Immutable;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>Finds the roles that become one on a target.</summary>
internal static class SharedRoles
{
    /// <summary>The mappings, each with those of its target.</summary>
    public static ImmutableArray<MappingFacts> Settle(ImmutableArray<MappingFacts> mappings)
    {
        var shared = Find(mappings).ToLookup(role => role.Server, role => role.Shared);
        return [.. mappings.Select(mapping => mapping with { SharedRoles = [.. shared[ServerOf(mapping, mappings)]] })];
    }

    private static IEnumerable<(string Server, SharedRole Shared)> Find(ImmutableArray<MappingFacts> mappings) =>
        mappings
            .Where(mapping => mapping.Source.Exists && mapping.Mapping.Roles.Create == RoleCreation.Missing)
            .SelectMany(mapping => RolePlans.Creatable(mapping).Select(role => (Mapping: mapping, Role: role)))
            .GroupBy(arrival => (Server: ServerOf(arrival.Mapping, mappings), Name: arrival.Mapping.TargetName(arrival.Role)))
            .Select(group => (group.Key.Server, Shared: new SharedRole
            {
                Name = group.Key.Name,
                Arrivals = [.. group.DistinctBy(arrival => (arrival.Mapping.Mapping.From.Endpoint, arrival.Role))
                    .Select(arrival => (arrival.Mapping, RolePlans.Describe(arrival.Mapping, arrival.Role)))],
            }))
            .Where(found => found.Shared.Arrivals.Length > 1);

    /// <summary>Two endpoints may lead to one server: it goes by the first one's name.</summary>
    private static string ServerOf(MappingFacts mapping, ImmutableArray<MappingFacts> mappings) =>
        mapping.TargetServer.Identity is { } identity
            ? mappings.First(other => other.TargetServer.Identity?.IsSame(identity) == true).Mapping.To.Endpoint
            : mapping.Mapping.To.Endpoint;
}
