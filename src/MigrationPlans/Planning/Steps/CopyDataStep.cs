using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Copies rows and large objects, and builds each table's indexes and unique constraints as it completes.</summary>
public sealed record CopyDataStep : Step
{
    public const string KindName = "copy-data";

    [JsonIgnore]
    public override string Kind => KindName;

    public override StepRisk Risk => StepRisk.Load;
}
