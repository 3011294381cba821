using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MigrationPlans.Json;

/// <summary>How everything looks that is written as JSON: camelCase, enums as kebab-case words, absent values left out, one fixed order.</summary>
public static class JsonForm
{
    /// <param name="types">Generated when built: the published program has no other way, and elsewhere reflection costs each start a tenth of a second.</param>
    public static JsonSerializerOptions Writing(IJsonTypeInfoResolver types, bool isIndented = true) => new()
    {
        TypeInfoResolver = types,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Names are readable in a review, and line breaks are escaped all the same; the text is never put into a web page as it is.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = isIndented,
        NewLine = "\n",
    };

    /// <summary>For what this version wrote itself: what it does not know, and what lacks something that is always written, is refused.</summary>
    public static JsonSerializerOptions Reading(IJsonTypeInfoResolver types) => new(Writing(types.WithAddedModifier(RequireWhatIsWritten)))
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Generated code would take an absent value for zero or null, whatever the record's own default is.</summary>
    private static void RequireWhatIsWritten(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.Set is not null && !MayBeAbsent(property)))
        {
            property.IsRequired = true;
        }
    }

    private static bool MayBeAbsent(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsSetNullable;
}
