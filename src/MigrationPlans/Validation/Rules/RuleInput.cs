using System.Globalization;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Validation.Rules;

/// <summary>What rules look at: the bound manifest, the tree it was bound from, and where things stand.</summary>
internal sealed record RuleInput(MigrationManifest Manifest, MappingNode Root, SourceMap Map, Func<string, bool> IsBroken)
{
    private readonly Dictionary<string, Endpoint> sources = Manifest.Sources.ToDictionary(endpoint => endpoint.Name, StringComparer.Ordinal);

    private readonly Dictionary<string, Endpoint> targets = Manifest.Targets.ToDictionary(endpoint => endpoint.Name, StringComparer.Ordinal);

    public IEnumerable<Endpoint> Endpoints => Manifest.Sources.Concat(Manifest.Targets);

    public Endpoint? Source(string name) => sources.GetValueOrDefault(name);

    public Endpoint? Target(string name) => targets.GetValueOrDefault(name);

    /// <summary>What the mapping was bound from.</summary>
    public MappingNode? Node(DatabaseMapping mapping) => (Root["databases"] as SequenceNode)?.Items[Index(mapping.Path)] as MappingNode;

    public SourceSpan Value(string path) => Map.Value(path) ?? new SourceSpan(Manifest.File, 1, 1, 1, 1);

    public SourceSpan Key(string path) => Map.Key(path) ?? new SourceSpan(Manifest.File, 1, 1, 1, 1);

    private static int Index(string path) => int.Parse(path.AsSpan(path.IndexOf('[', StringComparison.Ordinal) + 1).TrimEnd(']'), CultureInfo.InvariantCulture);
}
