using System.Text.Json.Serialization;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Steps;

/// <summary>Compares source and target, then removes the ledger from the target.</summary>
public sealed record VerifyStep : Step
{
    public const string KindName = "verify";

    [JsonIgnore]
    public override string Kind => KindName;

    public VerificationLevel Level { get; init; } = VerificationLevel.Counts;
}
