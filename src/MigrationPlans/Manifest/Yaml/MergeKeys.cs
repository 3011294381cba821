using System.Collections.Immutable;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Manifest.Yaml;

/// <summary><c>&lt;&lt;</c> as https://yaml.org/type/merge.html has it: own keys win, then the earlier mapping of the list.</summary>
internal static class MergeKeys
{
    public const string Key = "<<";

    public static IEnumerable<ManifestProperty> Apply(List<ManifestProperty> own, List<ManifestProperty> merges, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        if (merges.Count == 0)
        {
            return own;
        }

        var taken = own.Select(property => property.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var merge in merges.Skip(1))
        {
            diagnostics.Add(ManifestDiagnostics.DuplicateKey(merge.KeySpan, Key, merges[0].KeySpan));
        }

        var sources = merges[0].Value is SequenceNode list ? list.Items : [merges[0].Value];
        foreach (var source in sources)
        {
            if (source is MappingNode mapping)
            {
                own.AddRange(mapping.Properties.Where(property => taken.Add(property.Key)));
            }
            else if (source is not ScalarNode { IsBroken: true })
            {
                diagnostics.Add(ManifestDiagnostics.MergeNotMapping(source.Span));
            }
        }

        return own;
    }
}
