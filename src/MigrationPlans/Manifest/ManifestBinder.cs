using System.Collections.Immutable;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Manifest;

/// <summary>
/// Tree to records. Never fails: where the tree is broken, which is reported elsewhere, it puts the default or nothing, so
/// that rules can look at the rest in the same run. A manifest bound from a broken tree never leaves the loader.
/// </summary>
/// <param name="file">The main file's name.</param>
internal sealed class ManifestBinder(string file)
{
    public MigrationManifest Bind(MappingNode root)
    {
        var manifest = new MigrationManifest
        {
            File = file,
            Name = NodeValues.Text(NodeValues.Mapping(root, "metadata"), "name") ?? "",
            Labels = NodeValues.Map(NodeValues.Mapping(root, "metadata"), "labels"),
            Sources = Endpoints(root, "sources", EndpointRole.Source),
            Targets = Endpoints(root, "targets", EndpointRole.Target),
            Databases = [.. Items(root, "databases").Select(item => MappingBinder.Bind(item.Node, item.Path))],
            Instances = [.. Items(root, "instances").Select(item => InstanceMoveBinder.Bind(item.Node, item.Path))],
            Digest = "",
        };
        return manifest with { Digest = ManifestDigest.Of(manifest) };
    }

    private static ImmutableArray<Endpoint> Endpoints(MappingNode root, string property, EndpointRole role) =>
    [
        .. (NodeValues.Mapping(root, property)?.Properties ?? [])
            .Where(endpoint => endpoint.Value is MappingNode)
            .Select(endpoint => EndpointBinder.Bind(endpoint.Key, role, ManifestPath.Property(property, endpoint.Key), (MappingNode)endpoint.Value)),
    ];

    private static IEnumerable<(MappingNode Node, string Path)> Items(MappingNode root, string property) =>
        (root[property] as SequenceNode)?.Items
            .Select((item, index) => (Node: item as MappingNode, Path: ManifestPath.Item(property, index)))
            .Where(item => item.Node is not null)
            .Select(item => (item.Node!, item.Path)) ?? [];
}
