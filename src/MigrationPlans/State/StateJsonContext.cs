using System.Text.Json.Serialization;

namespace MigrationPlans.State;

/// <summary>What is written and read as JSON, generated when built: finding it out by reflection costs each start of the program a tenth of a second.</summary>
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(LockHolder))]
[JsonSerializable(typeof(JournalLine.Content))]
internal sealed partial class StateJsonContext : JsonSerializerContext;
