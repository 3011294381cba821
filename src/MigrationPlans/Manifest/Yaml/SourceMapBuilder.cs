using MigrationPlans.Diagnostics;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>Writes down where every value of a tree stands.</summary>
internal static class SourceMapBuilder
{
    public static SourceMap Build(MappingNode root)
    {
        var values = new Dictionary<string, SourceSpan>(StringComparer.Ordinal);
        var keys = new Dictionary<string, SourceSpan>(StringComparer.Ordinal);
        Add(root, ManifestPath.Root, values, keys);
        return new SourceMap(values, keys);
    }

    private static void Add(ManifestNode node, string path, Dictionary<string, SourceSpan> values, Dictionary<string, SourceSpan> keys)
    {
        values[path] = node.Span;
        switch (node)
        {
            case MappingNode mapping:
                foreach (var property in mapping.Properties)
                {
                    var child = ManifestPath.Property(path, property.Key);
                    keys[child] = property.KeySpan;
                    Add(property.Value, child, values, keys);
                }

                break;
            case SequenceNode sequence:
                for (var i = 0; i < sequence.Items.Length; i++)
                {
                    Add(sequence.Items[i], ManifestPath.Item(path, i), values, keys);
                }

                break;
        }
    }
}
