using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Ledger;

/// <summary>
/// Keeps runs with another state out of a target database while a step fills it: a state's own lock knows nothing of them. Sessions that a killed
/// run of the same state left count as our own.
/// </summary>
internal sealed class TargetClaim : IAsyncDisposable
{
    // Any constant will do; all runs must use the same.
    private const int ClaimLock = 0x6d69_6772;

    private const string OthersSql =
        """
        SELECT l.pid
        FROM pg_catalog.pg_locks l
        WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.granted
          AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
          AND l.classid::pg_catalog.int8 OPERATOR(pg_catalog.=) $1 AND l.objid::pg_catalog.int8 OPERATOR(pg_catalog.<>) $2 AND l.objsubid OPERATOR(pg_catalog.=) 2
        """;

    private readonly NpgsqlConnection target;
    private readonly int state;

    private TargetClaim(NpgsqlConnection target, int state) => (this.target, this.state) = (target, state);

    /// <param name="target">Holds the claim; to be open as long as it.</param>
    /// <param name="lineage">Of the run's state.</param>
    /// <param name="subject">The target database, for messages.</param>
    /// <exception cref="StepFailedException">A run with another state fills the database.</exception>
    public static async Task<TargetClaim> TakeAsync(NpgsqlConnection target, string lineage, string subject, CancellationToken cancellationToken)
    {
        var claim = new TargetClaim(target, BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(lineage))));
        try
        {
            // First the lock, then the look: of two that come at once, at least one sees the other.
            await target.ExecuteAsync("SELECT pg_catalog.pg_advisory_lock_shared($1, $2)", cancellationToken, ClaimLock, claim.state);
            var others = await target.QueryAsync(OthersSql, row => row.GetInt32(0), cancellationToken, (long)ClaimLock, (long)(uint)claim.state);
            return others.IsEmpty ? claim : throw new StepFailedException(CopyDiagnostics.TargetClaimed(subject, others[0]), FailureClass.Transient);
        }
        catch
        {
            await claim.DisposeAsync();
            throw;
        }
    }

    /// <summary>At once: the connection may lie idle for a while.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // Nothing ends the wait where the connection is dead.
            await using var unlock = new NpgsqlCommand("SELECT pg_catalog.pg_advisory_unlock_shared($1, $2)", target)
            {
                CommandTimeout = EndpointDataSource.ConnectSeconds,
            };
            unlock.Parameters.AddWithValue(ClaimLock);
            unlock.Parameters.AddWithValue(state);
            await unlock.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The session is gone, or in a transaction that failed and ends with it.
        }
    }
}
