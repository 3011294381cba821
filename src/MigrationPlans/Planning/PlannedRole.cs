using MigrationPlans.Inspection;

namespace MigrationPlans.Planning;

/// <summary>A role to create on the target.</summary>
/// <param name="Name">The name there, after <c>roles.map</c>.</param>
/// <param name="Source">The source role that it follows: attributes and memberships (those in source names).</param>
public sealed record PlannedRole(string Name, RoleFacts Source);
