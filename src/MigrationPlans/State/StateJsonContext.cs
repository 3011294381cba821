using System.Text.Json.Serialization;

namespace MigrationPlans.State;

/// <summary>What is written and read as JSON.</summary>
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(LockHolder))]
[JsonSerializable(typeof(JournalLine.Content))]
internal sealed partial class StateJsonContext : JsonSerializerContext;
