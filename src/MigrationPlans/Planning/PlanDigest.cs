using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MigrationPlans.Planning;

/// <summary>The fingerprint of what a plan does.</summary>
public static class PlanDigest
{
    /// <summary>SHA-256, lower-case hex, over the plan's JSON without every <c>estimate</c> and without <c>digest</c>.</summary>
    public static string Compute(MigrationPlan plan)
    {
        var node = PlanJson.ToNode(plan);
        node.Remove("digest");
        RemoveEstimates(node);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node.ToJsonString())));
    }

    private static void RemoveEstimates(JsonNode? node)
    {
        if (node is JsonObject properties)
        {
            properties.Remove("estimate");
            foreach (var property in properties)
            {
                RemoveEstimates(property.Value);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                RemoveEstimates(item);
            }
        }
    }
}
