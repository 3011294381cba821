using System.Collections.Immutable;

namespace MigrationPlans.Manifest;

/// <summary>A manifest after overlays, merge keys, environment references and defaults: what the user asked for, as data.</summary>
public sealed record MigrationManifest
{
    /// <summary>The main file's path as the user gave it; overlays do not change it.</summary>
    public required string File { get; init; }

    /// <summary>A DNS label; names the plan and its state.</summary>
    public required string Name { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<Endpoint> Sources { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<Endpoint> Targets { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<DatabaseMapping> Databases { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<InstanceMove> Instances { get; init; } = [];

    /// <summary>
    /// SHA-256 (lower-case hex) of the effective manifest as canonical JSON: comments, key order, anchors and layout do not
    /// change it; any value that matters does.
    /// </summary>
    public required string Digest { get; init; }

    public Endpoint? FindSource(string name) => Sources.FirstOrDefault(endpoint => endpoint.Name == name);

    public Endpoint? FindTarget(string name) => Targets.FirstOrDefault(endpoint => endpoint.Name == name);
}
