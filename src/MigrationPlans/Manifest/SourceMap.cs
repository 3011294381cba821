using System.Collections.Immutable;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Manifest;

/// <summary>
/// Where each value of a manifest stands. Paths look like <c>databases[0].to</c>; a key with odd characters is
/// quoted: <c>sources["a.b"]</c>.
/// </summary>
public sealed class SourceMap(IReadOnlyDictionary<string, SourceSpan> values, IReadOnlyDictionary<string, SourceSpan> keys)
{
    public static SourceMap Empty { get; } = new(ImmutableDictionary<string, SourceSpan>.Empty, ImmutableDictionary<string, SourceSpan>.Empty);

    /// <summary>The span of the value at the path, or of the nearest ancestor that the file holds.</summary>
    public SourceSpan? Value(string path) => Nearest(values, path);

    /// <summary>The span of the key at the path, or of the nearest ancestor's value.</summary>
    public SourceSpan? Key(string path) => keys.TryGetValue(path, out var span) ? span : Value(path);

    private static SourceSpan? Nearest(IReadOnlyDictionary<string, SourceSpan> spans, string path)
    {
        for (var current = path; ; current = ManifestPath.Parent(current))
        {
            if (spans.TryGetValue(current, out var span))
            {
                return span;
            }

            if (current.Length == 0)
            {
                return null;
            }
        }
    }
}
