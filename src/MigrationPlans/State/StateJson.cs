using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MigrationPlans.Json;

namespace MigrationPlans.State;

/// <summary>How state looks as JSON. Reading is strict: what this version did not write, it does not interpret.</summary>
internal static class StateJson
{
    public static JsonTypeInfo<JournalLine.Content> Line { get; } = Writing<JournalLine.Content>(isIndented: false);

    public static JsonTypeInfo<RunState> State { get; } = Writing<RunState>();

    public static JsonTypeInfo<LockHolder> Lock { get; } = Writing<LockHolder>();

    private static JsonSerializerOptions Strict { get; } = JsonForm.Reading(StateJsonContext.Default);

    public static T? Read<T>(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, (JsonTypeInfo<T>)Strict.GetTypeInfo(typeof(T)));

    private static JsonTypeInfo<T> Writing<T>(bool isIndented = true) =>
        (JsonTypeInfo<T>)JsonForm.Writing(StateJsonContext.Default, isIndented).GetTypeInfo(typeof(T));
}
