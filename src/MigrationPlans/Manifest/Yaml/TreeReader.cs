using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>
/// Text to a tree that knows where everything stands. Built on the YAML library's events, because its higher levels keep
/// the last of duplicate keys, follow self-references for ever and lose positions.
/// </summary>
internal sealed class TreeReader
{
    private readonly string file;
    private readonly string text;
    private readonly ImmutableArray<Diagnostic>.Builder diagnostics;
    private readonly Parser parser;
    private readonly Dictionary<string, ManifestNode?> anchors = new(StringComparer.Ordinal);
    private readonly Stack<SourceSpan> openFlows = new();
    private int count;
    private bool isSecret;

    private TreeReader(string file, string text, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        this.file = file;
        this.text = text;
        this.diagnostics = diagnostics;
        parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>The root mapping, or null when there is none that anything could be said about.</summary>
    public static (MappingNode? Root, ImmutableArray<Diagnostic> Diagnostics) Read(string file, string text)
    {
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        if (ControlCharacters.Find(file, text) is { } span)
        {
            return (null, [ManifestDiagnostics.ControlCharacter(span)]);
        }

        var reader = new TreeReader(file, text, diagnostics);
        try
        {
            var root = reader.ReadDocument();
            return (root, diagnostics.ToImmutable());
        }
        catch (DiagnosticException exception)
        {
            diagnostics.Add(exception.Diagnostic);
        }
        catch (YamlException exception)
        {
            diagnostics.Add(SyntaxFindings.From(exception, file, text, reader.openFlows));
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The library's scanner throws these on some malformed input, e.g. on a flow mapping that never ends.
            diagnostics.Add(SyntaxFindings.Unexpected(exception, reader.Here(), reader.openFlows));
        }

        return (null, diagnostics.ToImmutable());
    }

    private MappingNode? ReadDocument()
    {
        parser.MoveNext();
        parser.MoveNext();
        if (parser.Current is StreamEnd)
        {
            diagnostics.Add(ManifestDiagnostics.EmptyFile(new SourceSpan(file, 1, 1, 1, 1)));
            return null;
        }

        parser.MoveNext();
        var root = ReadNode(1);
        parser.MoveNext();
        if (parser.Current is DocumentStart next)
        {
            diagnostics.Add(ManifestDiagnostics.SeveralDocuments(SpanOf(next)));
            return null;
        }

        switch (root)
        {
            case MappingNode mapping:
                return mapping;
            case ScalarNode { Kind: ScalarKind.Null }:
                diagnostics.Add(ManifestDiagnostics.EmptyFile(root.Span));
                return null;
            default:
                diagnostics.Add(ManifestDiagnostics.RootNotMapping(root.Span));
                return null;
        }
    }

    private ManifestNode ReadNode(int depth)
    {
        var current = parser.Current!;
        if (depth > ReadingLimits.Depth)
        {
            throw new DiagnosticException(ManifestDiagnostics.TooDeep(SpanOf(current), ReadingLimits.Depth));
        }

        Count(1, SpanOf(current));
        return current switch
        {
            AnchorAlias alias => ReadAlias(alias, depth),
            Scalar scalar => ReadScalar(scalar),
            SequenceStart start => ReadSequence(start, depth),
            MappingStart start => ReadMapping(start, depth),
            _ => throw new InvalidOperationException($"unexpected {current.GetType().Name}"),
        };
    }

    private ManifestNode ReadAlias(AnchorAlias alias, int depth)
    {
        var span = SpanOf(alias);
        var name = alias.Value.Value;
        parser.MoveNext();
        if (!anchors.TryGetValue(name, out var node))
        {
            diagnostics.Add(ManifestDiagnostics.UnknownAlias(span, isSecret ? null : name, DidYouMean.Find(name, anchors.Keys)));
            return ScalarNode.Broken(span);
        }

        if (node is null)
        {
            diagnostics.Add(ManifestDiagnostics.AliasCycle(span, name));
            return ScalarNode.Broken(span);
        }

        Count(node.Weight, span);
        return depth + node.Height - 1 > ReadingLimits.Depth
            ? throw new DiagnosticException(ManifestDiagnostics.TooDeep(span, ReadingLimits.Depth))
            : node;
    }

    private ScalarNode ReadScalar(Scalar scalar)
    {
        var span = SpanOf(scalar);
        parser.MoveNext();
        var plain = scalar is { Style: ScalarStyle.Plain, IsPlainImplicit: true };
        var kind = plain ? ScalarKinds.OfPlain(scalar.Value) : ScalarKind.Text;
        if (TagOf(scalar) is { } tag)
        {
            kind = CoreTags.KindOf(tag, scalar.Value);
            if (kind == ScalarKind.Broken)
            {
                diagnostics.Add(ManifestDiagnostics.UnsupportedTag(span, isSecret ? null : tag));
            }
        }

        var node = new ScalarNode { Span = span, Text = scalar.Value, Kind = kind, IsPlain = plain };
        Remember(scalar, node);
        return node;
    }

    private SequenceNode ReadSequence(SequenceStart start, int depth)
    {
        Open(start, start.Style == SequenceStyle.Flow, CoreTags.Sequence);
        parser.MoveNext();
        var items = ImmutableArray.CreateBuilder<ManifestNode>();
        while (parser.Current is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        var node = new SequenceNode { Span = Close(start, start.Style == SequenceStyle.Flow, items.LastOrDefault()?.Span), Items = items.ToImmutable() };
        Remember(start, node);
        return node;
    }

    private MappingNode ReadMapping(MappingStart start, int depth)
    {
        Open(start, start.Style == MappingStyle.Flow, CoreTags.Mapping);
        parser.MoveNext();
        var properties = new OrderedDictionary<string, ManifestProperty>(StringComparer.Ordinal);
        var merges = new List<ManifestProperty>();
        while (parser.Current is not MappingEnd)
        {
            ReadProperty(depth, properties, merges);
        }

        SourceSpan? last = properties.Values
            .Concat(merges)
            .Select(property => property.Value.Span)
            .Where(span => span.File == file)
            .MaxBy(span => (span.EndLine, span.EndColumn));
        var span = Close(start, start.Style == MappingStyle.Flow, last);
        var node = new MappingNode { Span = span, Properties = [.. MergeKeys.Apply([.. properties.Values], merges, diagnostics)] };
        Remember(start, node);
        return node;
    }

    private void ReadProperty(int depth, OrderedDictionary<string, ManifestProperty> properties, List<ManifestProperty> merges)
    {
        if (parser.Current is not Scalar key)
        {
            diagnostics.Add(ManifestDiagnostics.KeyNotText(SpanOf(parser.Current!)));
            ReadNode(depth + 1);
            ReadNode(depth + 1);
            return;
        }

        var keySpan = SpanOf(key);
        ReadScalar(key);
        var property = new ManifestProperty(key.Value, keySpan, ReadValue(key.Value, depth));
        if (key is { Value: MergeKeys.Key, Style: ScalarStyle.Plain })
        {
            merges.Add(property);
        }
        else if (!properties.TryAdd(property.Key, property))
        {
            var first = properties[property.Key];
            diagnostics.Add(ManifestDiagnostics.DuplicateKey(keySpan, property.Key, first.KeySpan));
        }
    }

    /// <summary>A password that starts with <c>*</c> or <c>!</c> and lacks its quotes reads as the name of an anchor or of a tag.</summary>
    private ManifestNode ReadValue(string key, int depth)
    {
        var outer = isSecret;
        isSecret |= SecretKeys.MayHoldSecret(key);
        var value = ReadNode(depth + 1);
        isSecret = outer;
        return value;
    }

    private void Open(NodeEvent start, bool isFlow, string expectedTag)
    {
        if (TagOf(start) is { } tag && tag != expectedTag)
        {
            diagnostics.Add(ManifestDiagnostics.UnsupportedTag(SpanOf(start), isSecret ? null : tag));
        }

        if (isFlow)
        {
            openFlows.Push(SpanOf(start));
        }

        if (!start.Anchor.IsEmpty)
        {
            anchors[start.Anchor.Value] = null;
        }
    }

    /// <summary>Ends a collection; a block one ends with its last value, not where the next token happens to stand.</summary>
    private SourceSpan Close(NodeEvent start, bool isFlow, SourceSpan? last)
    {
        var opening = SpanOf(start);
        var end = SpanOf(parser.Current!);
        parser.MoveNext();
        if (isFlow)
        {
            openFlows.Pop();
            // The event marks the closing bracket's own place.
            return opening with { EndLine = end.EndLine, EndColumn = end.EndColumn + (end.EndColumn == end.Column ? 1 : 0) };
        }

        // An aliased last value stands earlier in the file than the collection that uses it.
        return last is not null && (last.EndLine, last.EndColumn).CompareTo((opening.EndLine, opening.EndColumn)) > 0
            ? opening with { EndLine = last.EndLine, EndColumn = last.EndColumn }
            : opening;
    }

    private void Remember(NodeEvent start, ManifestNode node)
    {
        if (!start.Anchor.IsEmpty)
        {
            anchors[start.Anchor.Value] = node;
        }
    }

    private void Count(long weight, SourceSpan span)
    {
        if (count + weight > ReadingLimits.Nodes)
        {
            throw new DiagnosticException(ManifestDiagnostics.TooManyNodes(span, ReadingLimits.Nodes));
        }

        count += (int)weight;
    }

    private static string? TagOf(NodeEvent node) => node.Tag.IsEmpty || node.Tag.IsNonSpecific ? null : node.Tag.Value;

    private SourceSpan Here() => parser.Current is { } current ? SpanOf(current) : new SourceSpan(file, 1, 1, 1, 1);

    private SourceSpan SpanOf(ParsingEvent parsed) => SyntaxFindings.Span(file, text, parsed.Start, parsed.End);
}
