using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Rows;

/// <summary>
/// Jobs of pg_cron sleep until nothing of a run is left to do, as event triggers do: the extension starts a job as soon as its row is there, and what that does
/// to half of the data never happened on the source.
/// </summary>
internal static class CronJobs
{
    public const string Extension = "pg_cron";

    public const string Schema = "cron";

    public const string Table = "job";

    /// <summary>Says whether a job is awake.</summary>
    public const string Active = "active";

    /// <summary>Numbers the runs of jobs, so that it goes on as soon as they are awake.</summary>
    public static readonly (string Schema, string Name) Runs = (Schema, "runid_seq");

    // Asking for rows that the login may not see would be an error, as would a column that the first version lacks.
    private const string LookSql =
        """
        SELECT pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND NOT pg_catalog.row_security_active(c.oid),
               EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'active' AND NOT a.attisdropped)
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'cron' AND c.relname = 'job' AND EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_cron')
        """;

    public static bool IsTable(string? extension, string schema, string name) => (extension, schema, name) == (Extension, Schema, Table);

    /// <summary>What it takes to write rows of an extension's table: jobs are put to sleep and woken.</summary>
    public static string PrivilegesFor(string? extension, TableName table) =>
        IsTable(extension, table.Schema, table.Name) ? "INSERT, UPDATE, DELETE" : "INSERT, DELETE";

    /// <summary>For rows that came as they are on the source.</summary>
    /// <param name="subject">The target database, for messages.</param>
    /// <exception cref="StepFailedException">The login may not.</exception>
    public static async Task PutAsleepAsync(NpgsqlConnection target, string subject, CancellationToken cancellationToken)
    {
        try
        {
            if (await LookAsync(target, cancellationToken) is { HasActive: true })
            {
                await target.ExecuteAsync("UPDATE cron.job SET active = false WHERE active", cancellationToken);
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StepFailedException(Denied(subject, exception.MessageText), FailureClass.Permanent, exception);
        }
    }

    /// <param name="subject">The target database, which refused.</param>
    public static Diagnostic Denied(string subject, string message)
    {
        var table = new TableName(Schema, Table);
        return ExtensionDiagnostics.TableDenied(subject, Extension, table.ToString(), PrivilegesFor(Extension, table), message);
    }

    /// <summary>Ids of those that are awake on the source; none where the login sees none, so that none can have come.</summary>
    public static async Task<ImmutableArray<long>> FindAwakeAsync(NpgsqlConnection source, DatabaseMapping mapping, CancellationToken cancellationToken) =>
        AreCarried(mapping) && await LookAsync(source, cancellationToken) is { IsReadable: true, HasActive: true }
            ? await source.QueryAsync("SELECT jobid FROM cron.job WHERE active", row => row.GetInt64(0), cancellationToken)
            : [];

    /// <summary>To be called in the run's last transaction.</summary>
    /// <param name="awake">Of <see cref="FindAwakeAsync"/>.</param>
    /// <returns>A note of those that sleep on: they do so on the source at this moment, or the login may not wake them.</returns>
    public static async Task<ImmutableArray<Diagnostic>> WakeAsync(
        NpgsqlConnection target, ImmutableArray<long> awake, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        if (!AreCarried(mapping) || await LookAsync(target, cancellationToken) is not { HasActive: true } look)
        {
            return [];
        }

        if (!awake.IsEmpty
            && await target.TryAsync($"UPDATE cron.job SET active = true WHERE jobid = ANY ('{{{string.Join(',', awake)}}}') AND NOT active", cancellationToken)
                is { } refused)
        {
            return [ExtensionDiagnostics.JobsAsleep(mapping.Address, awake.Length, refused.MessageText)];
        }

        var asleep = look.IsReadable
            ? (await target.QueryAsync("SELECT pg_catalog.count(*) FROM cron.job WHERE NOT active", row => row.GetInt64(0), cancellationToken))[0]
            : 0;
        return asleep > 0 ? [ExtensionDiagnostics.JobsAsleep(mapping.Address, asleep, "they are not active on the source")] : [];
    }

    private static bool AreCarried(DatabaseMapping mapping) =>
        !mapping.SkipExtensions.Contains(Extension) && SelectionFilter.For(mapping).PicksRows(Schema, Table);

    private static async Task<Look?> LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(LookSql, row => new Look(row.GetBoolean(0), row.GetBoolean(1)), cancellationToken)).FirstOrDefault();

    /// <summary>What can be asked of the table; there is none without the extension.</summary>
    private sealed record Look(bool IsReadable, bool HasActive);
}
