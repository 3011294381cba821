using System.Diagnostics;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Ledger;

/// <summary>
/// Sessions that a killed run left on the target. The server notices a dead client only when it talks to it: a CREATE INDEX goes on, and
/// commits with its ledger row, long after. What is read from the ledger before that is not the end of it.
/// </summary>
/// <remarks>No two mappings, and no two plans, fill one database, so whoever else is writing there by our name is a dead run's.</remarks>
internal static class LeftoverSessions
{
    private const int Looks = 300;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Of sessions that are older than this program, those that have written. Other steps of this run may be writing there too.
    private const string EndSql =
        """
        SELECT pg_catalog.pg_terminate_backend(a.pid)
        FROM pg_catalog.pg_stat_activity a
        WHERE a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database() AND a.usename OPERATOR(pg_catalog.=) current_user
          AND a.application_name OPERATOR(pg_catalog.=) 'migplan' AND a.backend_xid IS NOT NULL
          AND a.backend_start OPERATOR(pg_catalog.<) (pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.make_interval(secs => $1))
        """;

    // Of the same, those that may yet write.
    private const string AnySql =
        """
        SELECT a.pid
        FROM pg_catalog.pg_stat_activity a
        WHERE a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database() AND a.usename OPERATOR(pg_catalog.=) current_user AND a.application_name OPERATOR(pg_catalog.=) 'migplan'
          AND a.backend_start OPERATOR(pg_catalog.<) (pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.make_interval(secs => $1))
        """;

    /// <summary>Whether there are any, be they at work or not.</summary>
    public static async Task<bool> AreThereAsync(NpgsqlConnection target, TimeProvider clock, CancellationToken cancellationToken) =>
        !(await target.QueryAsync(AnySql, row => row.GetInt32(0), cancellationToken, AgeOfThisProgram(clock))).IsEmpty;

    /// <summary>Ends them and waits until they are gone.</summary>
    /// <param name="target">Opened for the step that is to write now.</param>
    /// <param name="subject">The target database, for messages.</param>
    /// <param name="clock">Measures the pauses.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StepFailedException">They do not go.</exception>
    public static async Task EndAsync(NpgsqlConnection target, string subject, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (var look = 0; ; look++)
        {
            var left = await target.QueryAsync(EndSql, row => row.GetBoolean(0), cancellationToken, AgeOfThisProgram(clock));
            if (left.Length == 0)
            {
                return;
            }

            if (look == Looks)
            {
                throw new StepFailedException(CopyDiagnostics.SessionsRemain(subject, left.Length), FailureClass.Transient);
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    /// <summary>In seconds. As a length of time, because the server's clock may be another.</summary>
    private static double AgeOfThisProgram(TimeProvider clock)
    {
        using var program = Process.GetCurrentProcess();
        return (clock.GetUtcNow() - new DateTimeOffset(program.StartTime)).TotalSeconds;
    }
}
