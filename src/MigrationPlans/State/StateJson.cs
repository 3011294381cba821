using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MigrationPlans.State;

/// <summary>How state looks as JSON. Reading is strict: what this version did not write, it does not interpret.</summary>
internal static class StateJson
{
    public static JsonSerializerOptions Line { get; } = Create(indented: false);

    public static JsonSerializerOptions File { get; } = Create(indented: true);

    /// <summary>Generated code would forget the defaults of what a file does not say.</summary>
    public static JsonSerializerOptions Reading { get; } = new(Line) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private static JsonSerializerOptions Create(bool indented) => new()
    {
        TypeInfoResolver = StateJsonContext.Default,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Line breaks are escaped by this encoder too, so an event always stays on its line.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = indented,
        NewLine = "\n",
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };
}
