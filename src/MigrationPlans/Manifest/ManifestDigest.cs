using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace MigrationPlans.Manifest;

/// <summary>
/// The effective manifest as canonical JSON (keys sorted, defaults written out) and its SHA-256. File names, positions and
/// labels are left out: they change nothing that is done. So are nulls and empty lists: a property that a later version knows must not change the digest of a
/// manifest that does not use it, or an upgrade would look like a changed manifest. A new property is nullable for that reason.
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

    public static string Of(MigrationManifest manifest) => Of(ToNode(manifest));

    /// <param name="part">A part of a manifest, as <see cref="ToNode"/> makes it.</param>
    public static string Of(JsonNode part) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(part))));

    public static string Canonical(JsonNode part) => Sorted(part)!.ToJsonString(Options);

    public static JsonObject ToNode<T>(T part) => JsonSerializer.SerializeToNode(part, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)))!.AsObject();

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.Where(Says)
            .OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => KeyValuePair.Create(property.Key, Sorted(property.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static bool Says(KeyValuePair<string, JsonNode?> property) => property.Value is not (null or JsonArray { Count: 0 });

    private static void LeaveOut(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => LeftOut.Contains((type.Type, property.Name))).ToList())
        {
            type.Properties.Remove(property);
        }
    }
}
