using System.Text.Json.Serialization;

namespace MigrationPlans.Manifest;

/// <summary>What is written as JSON, generated when built: finding it out by reflection costs each start of the program a tenth of a second.</summary>
[JsonSerializable(typeof(MigrationManifest))]
internal sealed partial class ManifestJsonContext : JsonSerializerContext;
