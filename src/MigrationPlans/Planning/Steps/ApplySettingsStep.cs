using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Carries over what belongs to the database itself: privileges, comment, owner, settings, connection limit.</summary>
public sealed record ApplySettingsStep : Step
{
    public const string KindName = "apply-settings";

    [JsonIgnore]
    public override string Kind => KindName;
}
