using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MigrationPlans.Json;

namespace MigrationPlans.Planning;

[JsonConverter(typeof(WordConverter<PlanMode>))]
public enum PlanMode
{
    /// <summary>A pure function of the manifest; inputs that need a server are null.</summary>
    Offline,

    /// <summary>Made from the manifest and from what was seen on the endpoints.</summary>
    Online,
}

/// <summary>The whole intent: which steps, in which order, on which databases. Holds no secret.</summary>
public sealed record MigrationPlan
{
    public string FormatVersion { get; init; } = "1.0";

    /// <summary>The manifest's name.</summary>
    public required string Name { get; init; }

    public required PlanMode Mode { get; init; }

    /// <summary><see cref="Manifest.MigrationManifest.Digest"/> of the manifest it was made from.</summary>
    public required string ManifestDigest { get; init; }

    /// <summary>
    /// SHA-256 (lower-case hex) of the plan without estimates and without this property. Two plans with equal digests do
    /// the same thing.
    /// </summary>
    public string Digest { get; init; } = "";

    /// <summary>Sources, then targets, in the manifest's order.</summary>
    public ImmutableArray<PlannedEndpoint> Endpoints { get; init; } = [];

    public ImmutableArray<PlannedDatabase> Databases { get; init; } = [];

    /// <summary>Whole-instance moves by snapshot.</summary>
    public ImmutableArray<PlannedInstanceMove> Instances { get; init; } = [];

    /// <summary>What concerns more than one database: source objects that no mapping takes.</summary>
    public ImmutableArray<PlanNote> Notes { get; init; } = [];

    /// <summary>In an order in which every step follows those that it depends on.</summary>
    public ImmutableArray<Step> Steps { get; init; } = [];
}
