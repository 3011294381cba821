using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Reads what is said of the schema <c>public</c>.</summary>
internal static class PublicSchemaLook
{
    public const string File = "public-schema.sql";

    /// <summary>Null where the database has no such schema.</summary>
    public static async Task<PublicSchemaFacts?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(EmbeddedSql.Load(File), Read, cancellationToken)).SingleOrDefault();

    /// <summary>A row of the file.</summary>
    public static PublicSchemaFacts Read(NpgsqlDataReader row) => new()
    {
        Owner = row.GetString(0),
        HasDefaultOwner = row.GetBoolean(1),
        IsFixed = row.GetBoolean(2),
        Comment = row.IsDBNull(3) ? null : row.GetString(3),
        Grants = row.GetFieldValue<string[]>(4).Zip(row.GetFieldValue<string[]>(5), KeyValuePair.Create).ToImmutableSortedDictionary(StringComparer.Ordinal),
    };
}
