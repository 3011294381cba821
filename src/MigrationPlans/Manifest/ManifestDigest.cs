using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace MigrationPlans.Manifest;

/// <summary>
/// The effective manifest as canonical JSON (keys sorted, defaults written out) and its SHA-256. File names, positions and
/// labels are left out: they change nothing that is done.
/// </summary>
internal static class ManifestDigest
{
    private static readonly (Type Type, string Property)[] LeftOut =
    [
        (typeof(MigrationManifest), "file"), (typeof(MigrationManifest), "digest"), (typeof(MigrationManifest), "labels"),
        (typeof(Endpoint), "path"), (typeof(DatabaseMapping), "path"), (typeof(DatabaseMapping), "address"), (typeof(InstanceMove), "path"),
    ];

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = ManifestJsonContext.Default.WithAddedModifier(LeaveOut),
    };

    private static readonly JsonTypeInfo<MigrationManifest> Whole = (JsonTypeInfo<MigrationManifest>)Options.GetTypeInfo(typeof(MigrationManifest));

    public static string Of(MigrationManifest manifest) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(manifest))));

    public static string Canonical(MigrationManifest manifest) =>
        Sorted(JsonSerializer.SerializeToNode(manifest, Whole))!.ToJsonString(Options);

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => KeyValuePair.Create(property.Key, Sorted(property.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static void LeaveOut(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => LeftOut.Contains((type.Type, property.Name))).ToList())
        {
            type.Properties.Remove(property);
        }
    }
}
