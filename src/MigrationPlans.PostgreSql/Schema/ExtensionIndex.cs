using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Indexes whose access method an extension brings. Some can't be built in less memory than they ask for (IVFFlat of pgvector),
/// others are very slow in less than they need (its HNSW): they get at least what the target's own setting gives every session,
/// so that whoever looks after it can give them more.
/// </summary>
internal static partial class ExtensionIndex
{
    private static readonly string[] BuiltIn = ["btree", "hash", "gist", "gin", "spgist", "brin"];

    private const string MemorySql =
        """
        SELECT pg_catalog.set_config('maintenance_work_mem', GREATEST(pg_catalog.pg_size_bytes(pg_catalog.current_setting('maintenance_work_mem')) / 1024, s.reset_val::pg_catalog.int8)::pg_catalog.text || 'kB', true)
        FROM pg_catalog.pg_settings s WHERE s.name = 'maintenance_work_mem';

        """;

    /// <summary>The statement, after one that gives it its memory for the transaction; as it is where it makes another index, or none.</summary>
    public static string WithMemory(string sql) => IsMade(sql) ? MemorySql + sql : sql;

    /// <param name="entry">What the server refused.</param>
    /// <returns>Null where the refusal is another one.</returns>
    public static Diagnostic? FindLackOfMemory(string sqlState, string message, string subject, SchemaEntry entry) =>
        sqlState == PostgresErrorCodes.ProgramLimitExceeded && IsMade(entry.Sql) ? ExtensionDiagnostics.IndexMemory(subject, entry.Describe(), message) : null;

    private static bool IsMade(string sql) => Method().Match(sql) is { Success: true } made && !BuiltIn.Contains(made.Groups["name"].Value);

    [GeneratedRegex(
        """^(CREATE( UNIQUE)? INDEX|ALTER TABLE( ONLY)? .*? ADD CONSTRAINT) .*? USING "?(?<name>[^ "]+)"? \(""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Method();
}
