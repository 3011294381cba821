using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Compares the new instance with what the source was.</summary>
public sealed record VerifyInstanceStep : InstanceStep
{
    public const string KindName = "verify-instance";

    [JsonIgnore]
    public override string Kind => KindName;

    public required string Instance { get; init; }

    public required string Engine { get; init; }

    public required string EngineVersion { get; init; }

    /// <summary>In GiB; the new instance has as much or more.</summary>
    public int AllocatedStorage { get; init; }

    public bool IsEncrypted { get; init; }

    /// <summary>The key that the new instance must be encrypted with; null: any.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>The parameter group that was asked for; null: any.</summary>
    public string? ParameterGroup { get; init; }

    public override bool IsReversible => false;
}
