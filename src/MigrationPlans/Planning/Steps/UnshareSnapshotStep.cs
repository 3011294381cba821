using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Takes back the share of the source's snapshot, when nothing is left that could need it again.</summary>
public sealed record UnshareSnapshotStep : InstanceStep
{
    public const string KindName = "unshare-snapshot";

    [JsonIgnore]
    public override string Kind => KindName;

    public required string Snapshot { get; init; }

    /// <summary>The account that could copy it.</summary>
    public required string SharedWith { get; init; }

    public override bool IsReversible => false;
}
