using System.Text.Json.Serialization;
using MigrationPlans.PostgreSql.Archives;
using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.PostgreSql;

/// <summary>What is written and read as JSON.</summary>
[JsonSerializable(typeof(ArchiveDocument))]
[JsonSerializable(typeof(DirectoryOwner))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class EdgeJsonContext : JsonSerializerContext;
