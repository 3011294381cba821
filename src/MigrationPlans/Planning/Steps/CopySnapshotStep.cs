using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Copies a snapshot to the target's region and account, re-encrypted with the target's key.</summary>
public sealed record CopySnapshotStep : InstanceStep
{
    public const string KindName = "copy-snapshot";

    [JsonIgnore]
    public override string Kind => KindName;

    public required string SourceRegion { get; init; }

    public required string SourceAccount { get; init; }

    public required string SourceSnapshot { get; init; }

    public required string Snapshot { get; init; }

    /// <summary>A key of the target region; null leaves the copy as the source is.</summary>
    public string? KmsKeyId { get; init; }

    [JsonIgnore]
    public override bool CanVanish => true;
}
