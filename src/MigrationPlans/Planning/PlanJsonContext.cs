using System.Text.Json.Serialization;

namespace MigrationPlans.Planning;

/// <summary>What is written and read as JSON.</summary>
[JsonSerializable(typeof(MigrationPlan))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;
