using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Reads every sequence's position on the source and sets it on the target.</summary>
public sealed record SetSequencesStep : Step
{
    public const string KindName = "set-sequences";

    [JsonIgnore]
    public override string Kind => KindName;
}
