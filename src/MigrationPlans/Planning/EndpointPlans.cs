using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>What the plan says about a server.</summary>
public static class EndpointPlans
{
    public static PlannedEndpoint Describe(Endpoint endpoint, InspectedFacts? facts)
    {
        var seen = facts?.FindEndpoint(endpoint.Role, endpoint.Name);
        return new PlannedEndpoint
        {
            Role = endpoint.Role,
            Name = endpoint.Name,
            Location = Location(endpoint),
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
