using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Manifest;

/// <summary>Binds an item of <c>instances</c>.</summary>
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
                Identifiers = NodeValues.List(match, "identifiers"),
                Exclude = NodeValues.List(match, "exclude"),
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
            Identifier = NodeValues.Text(node, "identifier") ?? target.Identifier,
            KmsKeyId = NodeValues.Text(node, "kmsKeyId"),
            InstanceClass = NodeValues.Text(node, "instanceClass"),
            ParameterGroup = NodeValues.Text(node, "parameterGroup"),
            SubnetGroup = NodeValues.Text(node, "subnetGroup"),
            SecurityGroups = NodeValues.List(node, "securityGroups"),
            MultiAz = NodeValues.Boolean(node, "multiAz") ?? target.MultiAz,
            AvailabilityZone = NodeValues.Text(node, "availabilityZone"),
            PubliclyAccessible = NodeValues.Boolean(node, "publiclyAccessible") ?? target.PubliclyAccessible,
            Tags = NodeValues.Map(node, "tags"),
        };
    }
}
