using System.Text.Json.Nodes;

namespace MigrationPlans.Manifest;

/// <summary>
/// SHA-256 of what comes of one mapping or one move: whether a finished one still means the same. What says only how it comes about (how fast, past what,
/// behind which fence, how it is proved) does not count, nor how to log in: of endpoints and roles only where they lead.
/// </summary>
internal static class WorkDigest
{
    private static readonly string[] LeftOut = ["archive", "fence", "onExisting", "parallelism", "verify"];

    public static string Of(MigrationManifest manifest, DatabaseMapping mapping)
    {
        var node = ManifestDigest.ToNode(mapping);
        foreach (var property in LeftOut)
        {
            node.Remove(property);
        }

        node["source"] = Place(manifest.FindSource(mapping.From.Endpoint));
        node["target"] = Place(manifest.FindTarget(mapping.To.Endpoint));
        return ManifestDigest.Of(node);
    }

    public static string Of(InstanceMove move)
    {
        var node = ManifestDigest.ToNode(move);
        foreach (var side in new[] { node["from"], node["to"] }.OfType<JsonObject>())
        {
            side["account"] = AccountOf((string?)side["roleArn"]);
            side.Remove("roleArn");
            side.Remove("externalId");
        }

        return ManifestDigest.Of(node);
    }

    private static JsonObject Place(Endpoint? endpoint) => endpoint switch
    {
        { Rds: { } rds } => new JsonObject { ["instance"] = rds.Instance, ["region"] = rds.Region, ["account"] = AccountOf(rds.RoleArn) },
        { Postgres: { } server } => new JsonObject { ["host"] = server.Host, ["port"] = server.Port },
        _ => [],
    };

    /// <summary>The fifth part: <c>arn:aws:iam::111122223333:role/migrator</c>.</summary>
    private static string? AccountOf(string? roleArn) => roleArn?.Split(':') is { Length: > 4 } parts ? parts[4] : null;
}
