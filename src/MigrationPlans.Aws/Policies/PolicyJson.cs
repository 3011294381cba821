using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MigrationPlans.Aws.Policies;

/// <summary>Policies as IAM takes them.</summary>
public static class PolicyJson
{
    /// <summary>Stands for the principal that migplan runs as, where the user did not name it.</summary>
    public const string HostPlaceholder = "MIGRATION_HOST_ROLE_ARN";

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All policies in one document.</summary>
    public static string Write(ImmutableArray<PrincipalPolicy> policies, string host) => Text(new JsonObject
    {
        ["formatVersion"] = "1.0",
        ["policies"] = new JsonArray([.. policies.Select(policy => new JsonObject
        {
            ["account"] = policy.Account,
            ["role"] = policy.RoleArn ?? host,
            ["permissions"] = Permissions(policy),
            ["trust"] = policy.RoleArn is null ? null : Trust(policy, host),
        })]),
    });

    internal static string Text(JsonNode node) => node.ToJsonString(Options);

    internal static JsonObject Permissions(PrincipalPolicy policy) => Document(policy.Permissions.Select(statement =>
    {
        var json = new JsonObject
        {
            ["Sid"] = statement.Purpose,
            ["Effect"] = "Allow",
            ["Action"] = OneOrMany(statement.Actions),
            ["Resource"] = OneOrMany(statement.Resources),
        };
        if (!statement.Conditions.IsEmpty)
        {
            json["Condition"] = new JsonObject(statement.Conditions.Select(test => KeyValuePair.Create<string, JsonNode?>(
                test.Key, new JsonObject(test.Value.Select(value => KeyValuePair.Create<string, JsonNode?>(value.Key, OneOrMany(value.Value)))))));
        }

        return json;
    }));

    /// <summary>Who may assume the role: migplan's own principal, with the external id where the manifest gives one.</summary>
    internal static JsonObject Trust(PrincipalPolicy policy, string host)
    {
        var statement = new JsonObject
        {
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["AWS"] = host },
            ["Action"] = "sts:AssumeRole",
        };
        if (!policy.ExternalIds.IsEmpty)
        {
            statement["Condition"] = new JsonObject { ["StringEquals"] = new JsonObject { ["sts:ExternalId"] = OneOrMany(policy.ExternalIds) } };
        }

        return Document([statement]);
    }

    private static JsonObject Document(IEnumerable<JsonObject> statements) =>
        new() { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray([.. statements]) };

    private static JsonNode OneOrMany(ImmutableArray<string> values) =>
        values.Length == 1 ? JsonValue.Create(values[0])! : new JsonArray([.. values.Select(value => (JsonNode)JsonValue.Create(value)!)]);
}
