using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MigrationPlans.Aws.Policies;

/// <summary>Policies as CloudFormation templates: one an account, under the account's number.</summary>
public static class PolicyCloudFormation
{
    /// <summary>The key of the account that migplan runs in, whose number the manifest does not hold.</summary>
    public const string HostAccount = "host";

    public static string Write(ImmutableArray<PrincipalPolicy> policies, string host) => PolicyJson.Text(new JsonObject(
        policies.GroupBy(policy => policy.Account ?? HostAccount, StringComparer.Ordinal)
            .Select(account => KeyValuePair.Create<string, JsonNode?>(account.Key, Template([.. account], host)))));

    private static JsonObject Template(IReadOnlyCollection<PrincipalPolicy> policies, string host) => new()
    {
        ["AWSTemplateFormatVersion"] = "2010-09-09",
        ["Description"] = "What migplan needs in this account",
        ["Resources"] = new JsonObject(DistinctNames.Of(policies.Select(LogicalName))
            .Zip(policies, (name, policy) => KeyValuePair.Create<string, JsonNode?>(name, Resource(policy, host)))),
    };

    private static string LogicalName(PrincipalPolicy policy) => string.Concat(policy.Name.Where(char.IsAsciiLetterOrDigit));

    private static JsonObject Resource(PrincipalPolicy policy, string host) => policy.RoleArn is null
        ? new JsonObject
        {
            ["Type"] = "AWS::IAM::RolePolicy",
            ["Properties"] = new JsonObject
            {
                ["RoleName"] = host.Split('/')[^1],
                ["PolicyName"] = "migplan",
                ["PolicyDocument"] = PolicyJson.Permissions(policy),
            },
        }
        : new JsonObject
        {
            ["Type"] = "AWS::IAM::Role",
            ["Properties"] = Role(policy, host),
        };

    private static JsonObject Role(PrincipalPolicy policy, string host)
    {
        var role = new JsonObject
        {
            ["RoleName"] = policy.Name,
            ["AssumeRolePolicyDocument"] = PolicyJson.Trust(policy, host),
            ["Policies"] = new JsonArray(new JsonObject { ["PolicyName"] = "migplan", ["PolicyDocument"] = PolicyJson.Permissions(policy) }),
        };
        if (policy.Path is { } path)
        {
            role["Path"] = path;
        }

        return role;
    }
}
