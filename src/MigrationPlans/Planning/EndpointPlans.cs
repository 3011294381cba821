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
        var known = seen is null
            ? before.FirstOrDefault(other => other.Role == endpoint.Role && other.Name == endpoint.Name && other.Location == location)
            : null;
        return known ?? new PlannedEndpoint
        {
            Role = endpoint.Role,
            Name = endpoint.Name,
            Location = location,
            MajorVersion = seen?.MajorVersion,
            Login = seen?.Login.Name,
        };
    }

    /// <summary><c>host:port</c>, or <c>rds:account/region/instance</c>; without the account where the manifest names no role in it.</summary>
    public static string Location(Endpoint endpoint) => endpoint switch
    {
        { Rds: { RoleArn: { } role } rds } => $"rds:{AccountOf(role)}/{rds.Region}/{rds.Instance}",
        { Rds: { } rds } => InAnyAccount(rds),
        { Postgres: { } server } => $"{server.Host}:{server.Port}",
        _ => "unknown",
    };

    /// <summary>Whether the endpoint is where something was recorded to be. Where that names no account, any may be meant: older versions named none.</summary>
    public static bool IsAt(Endpoint endpoint, string location) =>
        location == Location(endpoint) || (endpoint.Rds is { } rds && location == InAnyAccount(rds));

    private static string InAnyAccount(RdsInstance rds) => $"rds:{rds.Region}/{rds.Instance}";

    /// <summary>The fifth part of <c>arn:aws:iam::123456789012:role/name</c>; validation has made sure that it is there.</summary>
    private static string AccountOf(string roleArn) => roleArn.Split(':')[4];
}
