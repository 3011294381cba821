using System.Text.Json.Serialization;

namespace MigrationPlans.Manifest;

/// <summary>What is written as JSON.</summary>
[JsonSerializable(typeof(MigrationManifest))]
internal sealed partial class ManifestJsonContext : JsonSerializerContext;
