using System.Collections.Immutable;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Manifest;

/// <summary>Reads typed values out of a mapping; null where there is none of the right kind.</summary>
internal static class NodeValues
{
    public static MappingNode? Mapping(MappingNode? node, string key) => node?[key] as MappingNode;

    public static string? Text(MappingNode? node, string key) => node?[key] is ScalarNode { IsBroken: false } scalar && !IsNull(scalar) ? scalar.Text : null;

    public static int? Integer(MappingNode? node, string key) =>
        node?[key] is ScalarNode { Kind: ScalarKind.Integer } scalar && ScalarValues.Integer(scalar.Text) is >= int.MinValue and <= int.MaxValue and var number
            ? (int)number
            : null;

    public static bool? Boolean(MappingNode? node, string key) =>
        node?[key] is ScalarNode { Kind: ScalarKind.Boolean } scalar ? scalar.Text[0] is 't' or 'T' : null;

    /// <summary>The member that is called so in lower case with hyphens: <c>read-only</c> is <c>ReadOnly</c>.</summary>
    public static T? Enumeration<T>(MappingNode? node, string key)
        where T : struct, Enum =>
        Text(node, key) is { } text && Enum.GetValues<T>().Where(member => Kebab(member.ToString()) == text).ToList() is [var found] ? found : null;

    public static ImmutableArray<string> List(MappingNode? node, string key) =>
        node?[key] is SequenceNode sequence
            ? [.. sequence.Items.OfType<ScalarNode>().Where(item => !item.IsBroken && !IsNull(item)).Select(item => item.Text)]
            : [];

    public static ImmutableSortedDictionary<string, string> Map(MappingNode? node, string key) =>
        Mapping(node, key)?.Properties
            .Where(property => property.Value is ScalarNode { IsBroken: false })
            .ToImmutableSortedDictionary(property => property.Key, property => ((ScalarNode)property.Value).Text, StringComparer.Ordinal)
        ?? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary><c>ReadOnly</c> is <c>read-only</c>.</summary>
    public static string Kebab(string name) =>
        string.Concat(name.Select((c, index) => char.IsAsciiLetterUpper(c) ? $"{(index == 0 ? "" : "-")}{char.ToLowerInvariant(c)}" : c.ToString()));

    private static bool IsNull(ScalarNode scalar) => scalar is { Kind: ScalarKind.Null, IsFromVariable: false };
}
