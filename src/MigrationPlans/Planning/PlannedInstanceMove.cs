using System.Collections.Immutable;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>Instances to move by snapshot copy: what is looked for, and what each becomes. Leaves out role and external id.</summary>
public sealed record PlannedInstanceMove
{
    public required string FromRegion { get; init; }

    public required InstanceMatch Match { get; init; }

    public required string ToRegion { get; init; }

    /// <summary>Template of the new identifier; <c>{identifier}</c> stands for the source's.</summary>
    public required string Identifier { get; init; }

    /// <summary>The key of the target region that the copy is encrypted with; null keeps the default.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>
    /// Of what the move asks for: instances of one that is the same in a later manifest are not moved again. Null where an
    /// older version wrote the plan.
    /// </summary>
    public string? Digest { get; init; }

    public ImmutableArray<PlanNote> Notes { get; init; } = [];
}
