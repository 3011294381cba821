using System.Collections.Immutable;

namespace MigrationPlans.Cli;

/// <summary>Manifests to start from: the repository's examples, which tests run.</summary>
internal static class StarterManifest
{
    private const string SchemaFile = "migration-plan.v1.schema.json";

    private static readonly ImmutableSortedDictionary<string, string> Examples = ImmutableSortedDictionary<string, string>.Empty
        .Add("consolidate", "consolidation")
        .Add("snapshot", "snapshot-copy")
        .Add("split", "split");

    public static IEnumerable<string> Kinds => Examples.Keys;

    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="file">The name that it gets; its comments speak of it.</param>
    public static string Read(string kind, string file)
    {
        var example = $"examples/{Examples[kind]}/manifest.yaml";
        using var stream = typeof(StarterManifest).Assembly.GetManifestResourceStream(example)
            ?? throw new InvalidOperationException($"{example} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Replace($"$schema=../../schemas/{SchemaFile}", $"$schema={SchemaFile}", StringComparison.Ordinal)
            .Replace(example, file, StringComparison.Ordinal);
    }
}
