using System.Collections.Immutable;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>A YAML value and where it stands. Aliases share nodes, so the tree is a graph without cycles: walk it only within <see cref="Weight"/>.</summary>
public abstract class ManifestNode
{
    public required SourceSpan Span { get; init; }

    /// <summary>Nodes in this subtree with every alias written out, itself included.</summary>
    public virtual long Weight => 1;

    /// <summary>Levels in this subtree, itself included.</summary>
    public virtual int Height => 1;
}

/// <summary>A mapping; keys are unique, merge keys are already carried out.</summary>
public sealed class MappingNode : ManifestNode
{
    private long? weight;
    private int? height;
    private Dictionary<string, ManifestProperty>? byKey;

    public required ImmutableArray<ManifestProperty> Properties { get; init; }

    public override long Weight => weight ??= 1 + Properties.Sum(property => property.Value.Weight);

    public override int Height => height ??= 1 + Properties.Select(property => property.Value.Height).DefaultIfEmpty().Max();

    public ManifestNode? this[string key] => Find(key)?.Value;

    public ManifestProperty? Find(string key) =>
        (byKey ??= Properties.ToDictionary(property => property.Key, StringComparer.Ordinal)).GetValueOrDefault(key);

    /// <summary>The same mapping, in the same place, with other properties.</summary>
    public MappingNode With(IEnumerable<ManifestProperty> properties) => new() { Span = Span, Properties = [.. properties] };
}

/// <summary>A key with its value.</summary>
public sealed record ManifestProperty(string Key, SourceSpan KeySpan, ManifestNode Value);

public sealed class SequenceNode : ManifestNode
{
    private long? weight;
    private int? height;

    public required ImmutableArray<ManifestNode> Items { get; init; }

    public override long Weight => weight ??= 1 + Items.Sum(item => item.Weight);

    public override int Height => height ??= 1 + Items.Select(item => item.Height).DefaultIfEmpty().Max();

    public SequenceNode With(IEnumerable<ManifestNode> items) => new() { Span = Span, Items = [.. items] };
}

/// <summary>What a scalar is after YAML's core schema (1.2): <c>yes</c>, <c>on</c> and <c>0777</c> mean what they look like.</summary>
public enum ScalarKind
{
    Null,
    Boolean,
    Integer,
    Float,
    Text,

    /// <summary>Its own finding is already reported; nothing more can be said about it.</summary>
    Broken,
}

public sealed class ScalarNode : ManifestNode
{
    /// <summary>Quotes and escapes undone, references to variables replaced once they are resolved.</summary>
    public required string Text { get; init; }

    public required ScalarKind Kind { get; init; }

    /// <summary>Written without quotes, so that its kind follows from its text.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Part of the text came from a variable.</summary>
    public bool IsFromVariable { get; init; }

    /// <summary>An empty value of an overlay that found nothing to take away.</summary>
    public bool IsNothing { get; init; }

    public bool IsBroken => Kind == ScalarKind.Broken;

    public static ScalarNode Nothing(SourceSpan span) => new() { Span = span, Text = "", Kind = ScalarKind.Null, IsNothing = true };

    public static ScalarNode Broken(SourceSpan span) => new() { Span = span, Text = "", Kind = ScalarKind.Broken };
}
