using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Creates the roles that own or may use objects and are missing on the target.</summary>
public sealed record CreateRolesStep : Step
{
    public const string KindName = "create-roles";

    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>Roles to create, by target name; null when the plan was made offline.</summary>
    public ImmutableArray<PlannedRole>? Roles { get; init; }
}
