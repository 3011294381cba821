using System.Globalization;
using System.Text;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;
using Newtonsoft.Json.Linq;

namespace MigrationPlans.Validation.Schema;

/// <summary>
/// A manifest as JSON for the schema library, and the way back from the library's paths. Keys with odd characters get a
/// plain stand-in, because those paths do not tell <c>a.b</c> from <c>b</c> in <c>a</c>. Broken places are left out, and
/// empty values that take something away, or would.
/// </summary>
/// <param name="effective">The same tree over its defaults: there, an empty value that took one of them away is gone.</param>
internal sealed class TokenTree(MappingNode root, MappingNode effective, Findings findings)
{
    private readonly Dictionary<string, string> originals = new(StringComparer.Ordinal);

    /// <summary>A value was left out because it is empty and takes something away.</summary>
    public bool HasEmptied { get; private set; }

    public JToken Convert(bool withEmptied) => Convert(root, effective, ManifestPath.Root, null, withEmptied);

    /// <summary>The place that a path such as <c>#/databases[0].to</c> names; the node is null when nothing stands there.</summary>
    public (string Path, ManifestNode? Node) Locate(string? libraryPath)
    {
        var (path, node, _) = Walk(libraryPath);
        return (path, node);
    }

    /// <summary>The mapping in which the last part of the path stands, or should stand.</summary>
    public MappingNode? ParentOf(string? libraryPath) => Walk(libraryPath).Parent as MappingNode;

    private (string Path, ManifestNode? Node, ManifestNode? Parent) Walk(string? libraryPath)
    {
        var (path, node, parent) = (ManifestPath.Root, (ManifestNode?)root, (ManifestNode?)null);
        foreach (var segment in (libraryPath ?? "").TrimStart('#', '/').Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            parent = node;
            if (segment.EndsWith(']') && int.TryParse(segment.AsSpan(0, segment.Length - 1), CultureInfo.InvariantCulture, out var index))
            {
                path = ManifestPath.Item(path, index);
                node = (node as SequenceNode)?.Items.ElementAtOrDefault(index);
            }
            else
            {
                var key = originals.GetValueOrDefault(segment, segment);
                path = ManifestPath.Property(path, key);
                node = (node as MappingNode)?[key];
            }
        }

        return (path, node, parent);
    }

    /// <summary>The user's key for a key of the JSON.</summary>
    public string Original(string key) => originals.GetValueOrDefault(key, key);

    private JToken Convert(ManifestNode node, ManifestNode? inEffect, string path, string? property, bool withEmptied) => node switch
    {
        MappingNode mapping => Convert(mapping, inEffect as MappingNode, path, property, withEmptied),
        SequenceNode sequence => Convert(sequence, inEffect as SequenceNode, path, withEmptied),
        ScalarNode scalar => Convert(scalar, property),
        _ => throw new InvalidOperationException($"unexpected {node.GetType().Name}"),
    };

    /// <param name="holder">The property that holds the mapping; null when its key is a name of the user's.</param>
    private JObject Convert(MappingNode mapping, MappingNode? inEffect, string path, string? holder, bool withEmptied)
    {
        var json = new JObject();
        foreach (var property in mapping.Properties)
        {
            var child = ManifestPath.Property(path, property.Key);
            MarkBroken(property.Value, child);

            // The defaults themselves are no part of what is in effect.
            var value = child == "defaults" ? property.Value : inEffect?[property.Key];
            var isEmptied = property.Value is ScalarNode { Kind: ScalarKind.Null, IsFromVariable: false } empty && (empty.IsNothing || value is null);
            HasEmptied |= isEmptied;
            if (!findings.IsBroken(child) && (withEmptied || !isEmptied))
            {
                json[Plain(property.Key)] = Convert(property.Value, value, child, UserKeys.AreUnder(holder) ? null : property.Key, withEmptied);
            }
        }

        return json;
    }

    private JArray Convert(SequenceNode sequence, SequenceNode? inEffect, string path, bool withEmptied)
    {
        var json = new JArray();
        for (var i = 0; i < sequence.Items.Length; i++)
        {
            // A broken item keeps its place, so that the others keep theirs.
            MarkBroken(sequence.Items[i], ManifestPath.Item(path, i));
            json.Add(Convert(sequence.Items[i], inEffect?.Items.ElementAtOrDefault(i), ManifestPath.Item(path, i), null, withEmptied));
        }

        return json;
    }

    private void MarkBroken(ManifestNode node, string path)
    {
        if (node is ScalarNode { IsBroken: true })
        {
            findings.MarkBroken(path);
        }
    }

    private static JValue Convert(ScalarNode scalar, string? property)
    {
        // What a variable holds is text, unless the schema wants something else there.
        if (scalar.IsFromVariable && (property is null || !ManifestSchema.NotTextProperties.Contains(property)))
        {
            return new JValue(scalar.Text);
        }

        return scalar.Kind switch
        {
            ScalarKind.Null => JValue.CreateNull(),
            ScalarKind.Boolean => new JValue(scalar.Text[0] is 't' or 'T'),
            ScalarKind.Integer => ScalarValues.Integer(scalar.Text) is { } number ? new JValue(number) : new JValue(double.MaxValue),
            ScalarKind.Float => new JValue(double.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var number) ? number : 0.5),
            _ => new JValue(scalar.Text),
        };
    }

    private string Plain(string key)
    {
        if (key.Length > 0 && key.All(IsPlain))
        {
            return key;
        }

        var plain = new StringBuilder("_");
        foreach (var c in key)
        {
            plain.Append(IsPlain(c) ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"_u{(int)c:x4}_"));
        }

        originals[plain.ToString()] = key;
        return plain.ToString();
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
