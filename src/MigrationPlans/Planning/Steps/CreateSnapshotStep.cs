using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Takes a snapshot of the source instance, and shares it where the target is another account.</summary>
public sealed record CreateSnapshotStep : InstanceStep
{
    public const string KindName = "create-snapshot";

    [JsonIgnore]
    public override string Kind => KindName;

    public required string Instance { get; init; }

    public required string Snapshot { get; init; }

    /// <summary>The account that may copy it; null: nobody else.</summary>
    public string? ShareWith { get; init; }

    [JsonIgnore]
    public override bool CanVanish => true;

    /// <summary>On a single-AZ instance, input and output stand still for a moment while a snapshot begins.</summary>
    public override StepRisk Risk => StepRisk.Load;
}
