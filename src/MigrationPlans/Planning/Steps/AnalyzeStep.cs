using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Collects planner statistics on the target.</summary>
public sealed record AnalyzeStep : Step
{
    public const string KindName = "analyze";

    [JsonIgnore]
    public override string Kind => KindName;
}
