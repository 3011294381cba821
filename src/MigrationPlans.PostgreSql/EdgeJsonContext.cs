using System.Text.Json.Serialization;
using MigrationPlans.PostgreSql.Archives;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Memberships;

namespace MigrationPlans.PostgreSql;

/// <summary>What is written and read as JSON.</summary>
[JsonSerializable(typeof(ArchiveDocument))]
[JsonSerializable(typeof(BorrowedMembership))]
[JsonSerializable(typeof(DirectoryOwner))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class EdgeJsonContext : JsonSerializerContext;
