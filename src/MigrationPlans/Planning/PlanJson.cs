using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using MigrationPlans.Json;

namespace MigrationPlans.Planning;

/// <summary>How plans look as JSON.</summary>
internal static class PlanJson
{
    public static JsonTypeInfo<MigrationPlan> Plan { get; } = (JsonTypeInfo<MigrationPlan>)JsonForm.Writing(PlanJsonContext.Default)
        .GetTypeInfo(typeof(MigrationPlan));

    /// <summary>For reading.</summary>
    public static JsonTypeInfo<MigrationPlan> StrictPlan { get; } = (JsonTypeInfo<MigrationPlan>)JsonForm.Reading(PlanJsonContext.Default)
        .GetTypeInfo(typeof(MigrationPlan));

    public static JsonObject ToNode(MigrationPlan plan) => JsonSerializer.SerializeToNode(plan, Plan)!.AsObject();
}
