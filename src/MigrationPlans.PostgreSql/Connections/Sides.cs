using MigrationPlans.Execution;
using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>The endpoints of a step's mapping; validation has made sure that they are declared.</summary>
internal static class Sides
{
    public static Endpoint Source(StepContext context) => context.Manifest.FindSource(context.Mapping.From.Endpoint)!;

    public static Endpoint Target(StepContext context) => context.Manifest.FindTarget(context.Mapping.To.Endpoint)!;

    /// <summary>The role's name on the target.</summary>
    public static string MapRole(DatabaseMapping mapping, string role) => mapping.Roles.Map.GetValueOrDefault(role, role);
}
