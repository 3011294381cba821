using System.Text.Json.Serialization;

namespace MigrationPlans.Planning;

/// <summary>What is written and read as JSON, generated when built: finding it out by reflection costs each start of the program a tenth of a second.</summary>
[JsonSerializable(typeof(MigrationPlan))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;
