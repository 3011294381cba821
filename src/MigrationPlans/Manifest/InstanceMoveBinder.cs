using System.Diagnostics.CodeAnalysis;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Manifest;

/// <summary>
/// Binds an item of <c>instances</c>. RDS keeps the names of instances and subnet groups in lower case, so two that
/// differ in case alone are one.
/// </summary>
internal static class InstanceMoveBinder
{
    public static InstanceMove Bind(MappingNode node, string path) => new()
    {
        Path = path,
        From = Source(NodeValues.Mapping(node, "from")),
        To = Target(NodeValues.Mapping(node, "to")),
    };

    private static InstanceMoveSource Source(MappingNode? node)
    {
        var match = NodeValues.Mapping(node, "match");
        return new InstanceMoveSource
        {
            Region = NodeValues.Text(node, "region") ?? "",
            RoleArn = NodeValues.Text(node, "roleArn"),
            ExternalId = NodeValues.Text(node, "externalId"),
            Match = new InstanceMatch
            {
                Engine = NodeValues.Text(match, "engine") ?? "postgres",
                Identifiers = [.. NodeValues.List(match, "identifiers").Select(name => Lower(name))],
                Exclude = [.. NodeValues.List(match, "exclude").Select(name => Lower(name))],
                Tags = NodeValues.Map(match, "tags"),
            },
        };
    }

    private static InstanceMoveTarget Target(MappingNode? node)
    {
        var target = new InstanceMoveTarget { Region = NodeValues.Text(node, "region") ?? "" };
        return target with
        {
            RoleArn = NodeValues.Text(node, "roleArn"),
            ExternalId = NodeValues.Text(node, "externalId"),
            Identifier = Lower(NodeValues.Text(node, "identifier")) ?? target.Identifier,
            KmsKeyId = NodeValues.Text(node, "kmsKeyId"),
            InstanceClass = NodeValues.Text(node, "instanceClass"),
            ParameterGroup = NodeValues.Text(node, "parameterGroup"),
            SubnetGroup = Lower(NodeValues.Text(node, "subnetGroup")),
            SecurityGroups = NodeValues.List(node, "securityGroups"),
            MultiAz = NodeValues.Boolean(node, "multiAz") ?? target.MultiAz,
            AvailabilityZone = NodeValues.Text(node, "availabilityZone"),
            PubliclyAccessible = NodeValues.Boolean(node, "publiclyAccessible") ?? target.PubliclyAccessible,
            Tags = NodeValues.Map(node, "tags"),
        };
    }

    [return: NotNullIfNotNull(nameof(name))]
    private static string? Lower(string? name) => name?.ToLowerInvariant();
}
