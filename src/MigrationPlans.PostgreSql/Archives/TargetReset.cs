using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Copy;
using Npgsql;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>
/// Takes back the rows that a killed or failed pg_restore brought, and nothing else. Only for a database that bears this plan's
/// ledger: it was empty when the plan took it, so every row in it is the plan's.
/// </summary>
/// <param name="subject">The target database, for messages.</param>
internal sealed class TargetReset(NpgsqlConnection target, string subject, TimeProvider clock)
{
    // Each truncation locks its table and all that hangs on it until the transaction ends.
    private const int TablesPerStatement = 200;
    private const int ObjectsPerStatement = 1000;
    private const int Looks = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const string TablesSql =
        """
        SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.relkind OPERATOR(pg_catalog.=) 'r' AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
          AND n.nspname NOT LIKE 'pg\_%' AND n.nspname OPERATOR(pg_catalog.<>) ALL ('{information_schema,migplan_ledger}')
          AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid OPERATOR(pg_catalog.=) c.oid AND d.deptype OPERATOR(pg_catalog.=) 'e')
        ORDER BY 1, 2
        """;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await EndSessionsAsync(cancellationToken);
        var tables = await target.QueryAsync(TablesSql, row => SqlText.Qualified(row.GetString(0), row.GetString(1)), cancellationToken);
        foreach (var some in tables.Chunk(TablesPerStatement))
        {
            await target.ExecuteAsync($"TRUNCATE {string.Join(", ", some.Select(table => $"ONLY {table}"))}", cancellationToken);
        }

        await ClearConfigurationAsync(cancellationToken);
        while ((await target.QueryAsync(
            $"SELECT pg_catalog.lo_unlink(batch.oid) FROM (SELECT oid FROM pg_catalog.pg_largeobject_metadata LIMIT {ObjectsPerStatement}) batch",
            row => row.GetInt32(0),
            cancellationToken)).Length > 0)
        {
        }
    }

    /// <summary>
    /// What an extension brought itself stays; the condition picks what its users added. Where there is nothing of that, as in a table that
    /// the login may not read, a login that does not own the extension could not even delete none.
    /// </summary>
    private async Task ClearConfigurationAsync(CancellationToken cancellationToken)
    {
        var tables = await UserRowsLook.ReadAsync(target, await CopyCatalog.ReadTablesAsync(target, cancellationToken), cancellationToken);
        var filled = tables.Where(table => table is { Condition: not null, Pages: > 0, IsUnreadable: false, IsPartitioned: false }).ToImmutableArray();
        foreach (var table in ConfigurationLinks.InOrder(filled, table => table.Oid, table => table.Referenced).Reverse())
        {
            await target.ExecuteAsync($"DELETE FROM {table.Name.Sql} {table.Condition}", cancellationToken);
        }
    }

    /// <summary>A worker of a killed pg_restore goes on with the table that it is at.</summary>
    private async Task EndSessionsAsync(CancellationToken cancellationToken)
    {
        for (var look = 0; ; look++)
        {
            var left = await target.QueryAsync(
                """
                SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
                WHERE datname OPERATOR(pg_catalog.=) pg_catalog.current_database() AND usename OPERATOR(pg_catalog.=) current_user
                  AND pg_catalog.starts_with(application_name, $1)
                """,
                row => row.GetBoolean(0),
                cancellationToken,
                ArchiveDump.ApplicationName);
            if (left.Length == 0)
            {
                return;
            }

            if (look == Looks)
            {
                throw new StepFailedException(ArchiveDiagnostics.SessionsRemain(subject, left.Length), FailureClass.Transient);
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }
}
