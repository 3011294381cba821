using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Steps;

/// <summary>Restores the archive into the target: objects, rows, positions of sequences, indexes, constraints and privileges.</summary>
public sealed record RestoreArchiveStep : Step
{
    public const string KindName = "restore-archive";

    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>Extensions to create, by name; null when the plan was made offline.</summary>
    public ImmutableArray<ExtensionFacts>? Extensions { get; init; }

    /// <summary>The archive stays when it is restored.</summary>
    public bool Keeps { get; init; }
}
