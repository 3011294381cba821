using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NJsonSchema;

namespace MigrationPlans.Validation.Schema;

/// <summary>The JSON Schema of manifests, as it ships inside the assembly.</summary>
public static class ManifestSchema
{
    private static readonly Lazy<JsonSchema> Parsed = new(Parse);

    private static readonly Lazy<ImmutableHashSet<string>> NotText = new(FindNotText);

    /// <summary>The schema file, word for word.</summary>
    public static string Text { get; } = EmbeddedSchema.Read("migration-plan.v1.schema.json");

    internal static JsonSchema Instance => Parsed.Value;

    /// <summary>Names of the properties that hold a number or a boolean, wherever they stand.</summary>
    internal static ImmutableHashSet<string> NotTextProperties => NotText.Value;

    // The parser finds the dictionary's indexer by reflection, which native compilation can't see.
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(IDictionary<string, object>))]
    private static JsonSchema Parse() => JsonSchema.FromJsonAsync(Text).GetAwaiter().GetResult();

    private static ImmutableHashSet<string> FindNotText() =>
    [
        .. Instance.Definitions.Values
            .SelectMany(definition => definition.Properties)
            .Where(property => property.Value.ActualSchema.Type is JsonObjectType.Integer or JsonObjectType.Boolean)
            .Select(property => property.Key),
    ];
}
