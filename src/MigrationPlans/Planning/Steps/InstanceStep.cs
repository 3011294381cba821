namespace MigrationPlans.Planning.Steps;

/// <summary>A step of a move by snapshot; <see cref="Step.Database"/> is the new instance's <c>region/identifier</c>.</summary>
/// <remarks>Kinds say again that <see cref="Step.Kind"/> is no property of its own in JSON: over a class in between, the base class can no longer.</remarks>
public abstract record InstanceStep : Step
{
    /// <summary>The move in the manifest that says as whom to act: <see cref="Manifest.InstanceMove.Path"/>.</summary>
    public required string Move { get; init; }

    /// <summary>Where it happens.</summary>
    public required string Region { get; init; }

    /// <summary>The instance that is moved; null where an older version wrote the plan.</summary>
    public InstanceOrigin? Origin { get; init; }

    /// <summary>The account that it goes to; null where an older version wrote the plan.</summary>
    public string? TargetAccount { get; init; }

    public override bool IsReversible => true;
}
