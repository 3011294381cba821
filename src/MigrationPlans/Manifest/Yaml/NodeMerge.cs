using System.Collections.Immutable;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>
/// Lays one tree over another: mappings merge, lists whose items are all known by <c>name</c> or by <c>from</c> and
/// <c>to</c> merge by that key, an empty value takes the one below away, everything else replaces. Every part keeps its
/// own position.
/// </summary>
internal static class NodeMerge
{
    private static readonly ImmutableArray<ImmutableArray<string>> Servers = [["rds"], ["postgres"]];

    private static readonly ImmutableArray<ImmutableArray<string>> Logins = [["secretArn"], ["managedSecret"], ["iam"], ["username", "password"]];

    private static readonly ImmutableArray<ImmutableArray<string>> PasswordPlaces = [["env"], ["file"], ["secretArn"]];

    public static MappingNode Merge(MappingNode lower, MappingNode upper) => Merge(lower, upper, null, null);

    private static ManifestNode Merge(ManifestNode lower, ManifestNode upper, string? property, string? parent) => (lower, upper) switch
    {
        (MappingNode below, MappingNode above) => Merge(below, above, property, parent),
        (SequenceNode below, SequenceNode above) => Merge(below, above),
        _ => upper,
    };

    private static MappingNode Merge(MappingNode lower, MappingNode upper, string? property, string? parent)
    {
        var excluded = ExcludedBy(upper, property, parent);
        var merged = new List<ManifestProperty>();
        foreach (var below in lower.Properties)
        {
            var above = upper.Find(below.Key);
            if (above is null && !excluded.Contains(below.Key))
            {
                merged.Add(below);
            }
            else if (above is { Value: not ScalarNode { Kind: ScalarKind.Null, IsFromVariable: false } })
            {
                merged.Add(above with { Value = Merge(below.Value, above.Value, below.Key, property) });
            }
        }

        merged.AddRange(upper.Properties
            .Where(above => lower.Find(above.Key) is null)
            .Select(above => above.Value is ScalarNode { Kind: ScalarKind.Null, IsFromVariable: false } empty
                ? above with { Value = ScalarNode.Nothing(empty.Span) }
                : above));
        // The place of a mapping that both files write is the one that was written last.
        return upper.With(merged);
    }

    private static SequenceNode Merge(SequenceNode lower, SequenceNode upper)
    {
        var below = lower.Items.Select(KeyOf).ToList();
        var above = upper.Items.Select(KeyOf).ToList();
        if (below.Concat(above).Any(key => key is null) || upper.Items.IsEmpty)
        {
            return upper;
        }

        var merged = lower.Items.Select((item, index) => above.IndexOf(below[index]) is >= 0 and var at ? Merge(item, upper.Items[at], null, null) : item);
        // An item that is there twice is not lost: whoever checks the whole can see it then.
        var added = upper.Items.Where((_, index) => !below.Contains(above[index]) || above.IndexOf(above[index]) != index);
        return upper.With([.. merged, .. added]);
    }

    private static string? KeyOf(ManifestNode item) => item switch
    {
        MappingNode mapping when mapping["name"] is ScalarNode { IsBroken: false } name => name.Text,
        MappingNode mapping when AddressOf(mapping["from"]) is { } from && AddressOf(mapping["to"]) is { } to => $"{from}\n{to}",
        _ => null,
    };

    private static string? AddressOf(ManifestNode? node) => node switch
    {
        ScalarNode { IsBroken: false } text => text.Text,
        MappingNode mapping when mapping["endpoint"] is ScalarNode endpoint && mapping["database"] is ScalarNode database => $"{endpoint.Text}/{database.Text}",
        _ => null,
    };

    /// <summary>Where alternatives exclude each other, the one that lies on top takes the others away instead of standing beside them.</summary>
    private static HashSet<string> ExcludedBy(MappingNode upper, string? property, string? parent)
    {
        var alternatives = property switch
        {
            _ when parent is "sources" or "targets" => Servers,
            "credentials" => Logins,
            "password" => PasswordPlaces,
            _ => [],
        };
        var chosen = alternatives.Where(branch => branch.Any(key => upper.Find(key) is not null)).ToList();
        return chosen.Count == 0 ? [] : [.. alternatives.Except(chosen).SelectMany(branch => branch)];
    }
}
