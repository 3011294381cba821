using System.Collections.Immutable;

namespace MigrationPlans.Planning.Notes;

/// <summary>Roles of one name from different servers, which become one role with the rights of all.</summary>
internal static class SharedRoleNotes
{
    public static IEnumerable<PlanNote> List(ImmutableArray<MappingFacts> mappings)
    {
        var arrivals = mappings.SelectMany(mapping => RolePlans.Needed(mapping).Select(role => (
            Target: mapping.Mapping.To.Endpoint,
            Role: mapping.TargetName(role),
            Source: mapping.Mapping.From.Endpoint)));
        return arrivals
            .GroupBy(arrival => (arrival.Target, arrival.Role))
            .Select(group => (group.Key, Sources: group.Select(arrival => arrival.Source).Distinct(StringComparer.Ordinal).ToList()))
            .Where(group => group.Sources.Count > 1)
            .OrderBy(group => group.Key.Target, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Role, StringComparer.Ordinal)
            .Select(group => new PlanNote(
                PlanNoteKind.Risk,
                $"role {group.Key.Role} on {group.Key.Target}",
                $"comes from {string.Join(" and ", group.Sources)}: one role with the rights of both; `roles.map` keeps them apart"));
    }
}
