using System.Text.Json.Serialization;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Steps;

/// <summary>Creates the target database with the source's encoding and locale, or empties the way for it.</summary>
public sealed record CreateDatabaseStep : Step
{
    public const string KindName = "create-database";

    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>What to create it with; null when the plan was made offline.</summary>
    public DatabaseSettings? Settings { get; init; }

    /// <summary>The target holds something now, which is dropped first (<c>onExisting: replace</c>).</summary>
    public bool Replaces { get; init; }

    public override StepRisk Risk => Replaces ? StepRisk.Destructive : StepRisk.None;

    public override bool IsReversible => !Replaces;
}
