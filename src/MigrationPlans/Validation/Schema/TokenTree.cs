using System.Globalization;
using System.Text;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;
using Newtonsoft.Json.Linq;

namespace MigrationPlans.Validation.Schema;

/// <summary>
/// A manifest as JSON for the schema library, and the way back from the library's paths. Keys with odd characters get a
/// plain stand-in, because those paths do not tell <c>a.b</c> from <c>b</c> in <c>a</c>. Broken places are left out.
/// </summary>
internal sealed class TokenTree(MappingNode root, Findings findings)
{
    private readonly Dictionary<string, string> originals = new(StringComparer.Ordinal);

    public JToken Convert() => Convert(root, ManifestPath.Root, null);

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

    private JToken Convert(ManifestNode node, string path, string? property) => node switch
    {
        MappingNode mapping => Convert(mapping, path),
        SequenceNode sequence => new JArray(sequence.Items.Select((item, index) => Convert(item, ManifestPath.Item(path, index), null))),
        ScalarNode scalar => Convert(scalar, property),
        _ => throw new InvalidOperationException($"unexpected {node.GetType().Name}"),
    };

    private JObject Convert(MappingNode mapping, string path)
    {
        var json = new JObject();
        foreach (var property in mapping.Properties)
        {
            var child = ManifestPath.Property(path, property.Key);
            if (property.Value is ScalarNode { IsBroken: true })
            {
                findings.MarkBroken(child);
            }

            if (!findings.IsBroken(child))
            {
                json[Plain(property.Key)] = Convert(property.Value, child, property.Key);
            }
        }

        return json;
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
