using MigrationPlans.Diagnostics;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>A function that an index, a generated column, a partition key or an exclusion constraint calls, and that may not be called there.</summary>
internal static class VolatileFunction
{
    /// <param name="entry">What the server refused.</param>
    /// <returns>Null where the refusal is another one.</returns>
    public static Diagnostic? Find(string sqlState, string message, string subject, SchemaEntry entry) =>
        sqlState == PostgresErrorCodes.InvalidObjectDefinition && (entry.Kind is "INDEX" or "CONSTRAINT" or "TABLE")
            ? ExtensionDiagnostics.NotImmutable(subject, entry.Describe(), message)
            : null;
}
