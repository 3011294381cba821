using System.Globalization;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest.Yaml;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace MigrationPlans.Validation.Schema;

/// <summary>Words for what a manifest has and for what the schema wants.</summary>
internal static class SchemaWords
{
    public static Diagnostic WrongType(ValidationErrorKind kind, SourceSpan span, string path, ManifestNode? node)
    {
        var (wanted, help) = kind switch
        {
            ValidationErrorKind.StringExpected => ("text", node is ScalarNode { Kind: not ScalarKind.Null } ? "put it in quotes" : null),
            ValidationErrorKind.IntegerExpected => ("a whole number", IsQuotedNumber(node) ? "write it without quotes" : null),
            ValidationErrorKind.NumberExpected => ("a number", IsQuotedNumber(node) ? "write it without quotes" : null),
            ValidationErrorKind.BooleanExpected => ("true or false", BooleanHelp(node)),
            ValidationErrorKind.ArrayExpected => ("a list", node is ScalarNode { Kind: not ScalarKind.Null } ? "write it as `[…]`" : null),
            ValidationErrorKind.ObjectExpected => ("a mapping", null),
            _ => ("text such as `endpoint/database`, or a mapping", (string?)null),
        };
        return ManifestSchemaDiagnostics.WrongType(span, path, Found(node), wanted, help);
    }

    /// <summary>An example says more than a pattern.</summary>
    public static string Form(JsonSchema schema)
    {
        var example = schema.ExtensionData?.TryGetValue("examples", out var examples) == true && examples is IEnumerable<object> list
            ? list.FirstOrDefault()
            : null;
        return example is null ? $"must match {schema.Pattern}" : $"should look like `{Json(example)}`";
    }

    public static string Json(object? value) => value switch
    {
        bool boolean => boolean ? "true" : "false",
        JValue { Type: JTokenType.Boolean } json => json.Value<bool>() ? "true" : "false",
        null => "null",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Found(ManifestNode? node) => node switch
    {
        MappingNode => "a mapping",
        SequenceNode => "a list",
        ScalarNode { Kind: ScalarKind.Null } => "empty",
        ScalarNode { Kind: ScalarKind.Boolean } => "true or false",
        ScalarNode { Kind: ScalarKind.Integer or ScalarKind.Float } => "a number",
        _ => "text",
    };

    private static bool IsQuotedNumber(ManifestNode? node) =>
        node is ScalarNode { IsPlain: false, Kind: ScalarKind.Text } text && ScalarKinds.OfPlain(text.Text) == ScalarKind.Integer;

    private static string? BooleanHelp(ManifestNode? node) => (node as ScalarNode)?.Text.ToLowerInvariant() switch
    {
        "yes" or "on" or "y" or "1" or "true" => "write `true`",
        "no" or "off" or "n" or "0" or "false" => "write `false`",
        _ => null,
    };
}
