using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Verification;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Jobs of pg_cron sleep until nothing of a run is left to do, as <see cref="EventTriggers"/> do: the extension starts a job as soon as its row is there, and what that does
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

    private const string IsThere = "SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_cron'";

    public static bool IsTable(string? extension, string schema, string name) => (extension, schema, name) == (Extension, Schema, Table);

    /// <summary>For a comparison before they are woken.</summary>
    public static ImmutableArray<VerifiedTable> Asleep(ImmutableArray<VerifiedTable> tables) =>
        [.. tables.Select(table => IsTable(table.Extension, table.Schema, table.Name) ? table with { Columns = table.Columns.RemoveAll(column => column.Name == Active) } : table)];

    /// <summary>For rows that came as they are on the source.</summary>
    public static async Task PutAsleepAsync(NpgsqlConnection target, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        if (AreCarried(mapping) && await IsThereAsync(target, cancellationToken))
        {
            await target.ExecuteAsync("UPDATE cron.job SET active = false WHERE active", cancellationToken);
        }
    }

    /// <summary>Ids of those that are awake on the source.</summary>
    public static async Task<ImmutableArray<long>> FindAwakeAsync(NpgsqlConnection source, DatabaseMapping mapping, CancellationToken cancellationToken) =>
        AreCarried(mapping) && await IsThereAsync(source, cancellationToken)
            ? await source.QueryAsync("SELECT jobid FROM cron.job WHERE active", row => row.GetInt64(0), cancellationToken)
            : [];

    /// <summary>To be called in the run's last transaction.</summary>
    /// <param name="awake">Of <see cref="FindAwakeAsync"/>.</param>
    public static async Task WakeAsync(NpgsqlConnection target, ImmutableArray<long> awake, CancellationToken cancellationToken)
    {
        if (!awake.IsEmpty && await IsThereAsync(target, cancellationToken))
        {
            await target.ExecuteAsync("UPDATE cron.job SET active = true WHERE jobid = ANY ($1) AND NOT active", cancellationToken, awake.ToArray());
        }
    }

    private static bool AreCarried(DatabaseMapping mapping) => !mapping.SkipExtensions.Contains(Extension) && SelectionFilter.For(mapping).PicksRows(Schema, Table);

    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        !(await connection.QueryAsync(IsThere, _ => true, cancellationToken)).IsEmpty;
}
