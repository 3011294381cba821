using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>What the plan says about a server.</summary>
public static class EndpointPlans
{
    /// <param name="before">Those of the plan before this one: what only finished mappings use is not looked at again.</param>
    public static PlannedEndpoint Describe(Endpoint endpoint, InspectedFacts? facts, ImmutableArray<PlannedEndpoint> before)
    {
        var seen = facts?.FindEndpoint(endpoint.Role, endpoint.Name);
        var location = Location(endpoint);
        var known = seen is null ? before.FirstOrDefault(other => other.Role == endpoint.Role && other.Name == endpoint.Name && other.Location == location) : null;
        return known ?? new PlannedEndpoint
        {
            Role = endpoint.Role,
            Name = endpoint.Name,
            Location = location,
            MajorVersion = seen?.MajorVersion,
            Login = seen?.Login.Name,
        };
    }

    /// <summary><c>host:port</c>, or <c>rds:region/instance</c>.</summary>
    public static string Location(Endpoint endpoint) => endpoint switch
    {
        { Rds: { } rds } => $"rds:{rds.Region}/{rds.Instance}",
        { Postgres: { } server } => $"{server.Host}:{server.Port}",
        _ => "unknown",
    };
}
