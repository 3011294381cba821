using MigrationPlans.Execution.Verification;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>How verify-objects.sql names what it says of a schema itself.</summary>
internal static class ListedSchema
{
    /// <summary>The schema, or what is said of it.</summary>
    public static bool IsAbout(string schema, ObjectDifference difference) => difference.Kind switch
    {
        "schema" => difference.Name == schema,
        "owner" or "comment" => difference.Name == $"schema {schema}" || difference.Name == $"schema {SqlText.Identifier(schema)}",
        "grant" => difference.Name.StartsWith($"schema {schema} to ", StringComparison.Ordinal),
        _ => false,
    };
}
