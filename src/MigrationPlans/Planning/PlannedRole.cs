using System.Collections.Immutable;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning;

/// <summary>A role to create on the target.</summary>
/// <param name="Name">The name there, after <c>roles.map</c>.</param>
/// <param name="Source">The source role that it follows: attributes and memberships (those in source names; roles in settings in target
/// names). Where several become one, with what was settled of their attributes.</param>
public sealed record PlannedRole(string Name, RoleFacts Source)
{
    /// <summary>
    /// Whose password it gets where several become one and a mapping asks for passwords: the first's that can be had. Null:
    /// the mapping's own, if it does.
    /// </summary>
    public ImmutableArray<PasswordSource>? PasswordFrom { get; init; }
}
