using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Makes the source database read-only for new transactions and ends the sessions that could still write.</summary>
public sealed record FenceSourceStep : Step
{
    public const string KindName = "fence-source";

    [JsonIgnore]
    public override string Kind => KindName;

    [JsonIgnore]
    public override bool CanLapse => true;

    public override StepRisk Risk => StepRisk.Destructive;

    public override bool IsReversible => true;
}
