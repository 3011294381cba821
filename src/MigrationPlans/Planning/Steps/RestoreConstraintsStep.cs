using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Restores the rest of the post-data section: foreign keys, triggers, rules, policies, event triggers.</summary>
public sealed record RestoreConstraintsStep : Step
{
    public const string KindName = "restore-constraints";

    [JsonIgnore]
    public override string Kind => KindName;
}
