using System.Text.Json;
using System.Text.Json.Serialization;

namespace MigrationPlans.Json;

/// <summary>An enum as a word: <c>read-only</c>. Numbers are refused.</summary>
public sealed class WordConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;
