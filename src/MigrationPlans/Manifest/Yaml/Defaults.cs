using System.Collections.Immutable;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>Puts <c>defaults.endpoint</c> under every endpoint and <c>defaults.database</c> under every mapping.</summary>
internal static class Defaults
{
    /// <summary>Defaults of an endpoint that belong to its <c>rds</c> part.</summary>
    private static readonly ImmutableArray<string> RdsProperties = ["region", "roleArn", "externalId"];

    /// <summary>What each endpoint or mapping says for itself; as a default it is reported and ignored.</summary>
    private static readonly ImmutableArray<string> OwnProperties = ["rds", "postgres", "from", "to"];

    /// <summary>The manifest without <c>defaults</c>, with all of them in their places.</summary>
    public static MappingNode Apply(MappingNode root)
    {
        var defaults = root["defaults"] as MappingNode;
        var endpoint = WithoutOwn(defaults?["endpoint"]);
        var database = WithoutOwn(defaults?["database"]);
        return root.With(root.Properties
            .Where(property => property.Key != "defaults")
            .Select(property => property.Key switch
            {
                "sources" or "targets" when endpoint is not null => property with { Value = UnderEndpoints(endpoint, property.Value) },
                "databases" when database is not null => property with { Value = UnderMappings(database, property.Value) },
                _ => property,
            }));
    }

    private static MappingNode? WithoutOwn(ManifestNode? node) => node is MappingNode mapping
        ? mapping.With(mapping.Properties.Where(property => !OwnProperties.Contains(property.Key)))
        : null;

    private static ManifestNode UnderEndpoints(MappingNode defaults, ManifestNode endpoints) => endpoints is MappingNode mapping
        ? mapping.With(mapping.Properties.Select(property => property.Value is MappingNode endpoint
            ? property with { Value = UnderEndpoint(defaults, endpoint) }
            : property))
        : endpoints;

    private static MappingNode UnderEndpoint(MappingNode defaults, MappingNode endpoint)
    {
        var common = defaults.With(defaults.Properties.Where(property => !RdsProperties.Contains(property.Key)));
        if (endpoint.Find("rds") is not { Value: MappingNode } rds)
        {
            return Under(common, endpoint);
        }

        var ofRds = defaults.With(defaults.Properties.Where(property => RdsProperties.Contains(property.Key)));
        return Under(common.With([.. common.Properties, new ManifestProperty("rds", rds.KeySpan, ofRds)]), endpoint);
    }

    private static ManifestNode UnderMappings(MappingNode defaults, ManifestNode mappings) => mappings is SequenceNode sequence
        ? sequence.With(sequence.Items.Select(item => item is MappingNode mapping ? Under(defaults, mapping) : item))
        : mappings;

    /// <summary>The endpoint's or mapping's own place, also where only the defaults say something.</summary>
    private static MappingNode Under(MappingNode defaults, MappingNode own) => NodeMerge.Merge(defaults, own);
}
