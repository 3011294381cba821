using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MigrationPlans.Planning;

/// <summary>How plans look as JSON: camelCase, enums as kebab-case words, absent values left out, one fixed order.</summary>
internal static class PlanJson
{
    public static JsonSerializerOptions Writing { get; } = new()
    {
        TypeInfoResolver = PlanJsonContext.Default,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Names are readable in a review; the file is never put into a web page as it is.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Generated code would forget the defaults of what a file does not say.</summary>
    public static JsonSerializerOptions Reading { get; } = new(Writing) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    public static JsonObject ToNode(MigrationPlan plan) => JsonSerializer.SerializeToNode(plan, Writing)!.AsObject();
}
