using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Connects to both sides with the run's own logins and refuses what would fail later.</summary>
public sealed record PreflightStep : Step
{
    public const string KindName = "preflight";

    [JsonIgnore]
    public override string Kind => KindName;
}
