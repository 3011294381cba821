using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Fills the materialized views that are populated on the source, in the order of their dependencies.</summary>
public sealed record RefreshViewsStep : Step
{
    public const string KindName = "refresh-views";

    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>As <c>schema.name</c>; null when the plan was made offline.</summary>
    public ImmutableArray<string>? Views { get; init; }
}
