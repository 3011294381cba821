using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Steps;

/// <summary>Creates schemas, types, functions, tables, views and the rest of the pre-data section.</summary>
public sealed record RestoreSchemaStep : Step
{
    public const string KindName = "restore-schema";

    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>Extensions to create, by name; null when the plan was made offline.</summary>
    public ImmutableArray<ExtensionFacts>? Extensions { get; init; }
}
