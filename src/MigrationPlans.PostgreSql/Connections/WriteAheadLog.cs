using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// Sessions on a target commit without waiting for its disk. Before anybody relies on what they did, one commit waits for all that were before it.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/wal-async-commit.html</remarks>
internal static class WriteAheadLog
{
    // A transaction that writes no record does not wait. This one does so in any database, and changes nothing.
    private const string FlushSql = "SELECT pg_catalog.set_config('synchronous_commit', 'on', true), pg_catalog.pg_logical_emit_message(true, 'migplan', '')";

    /// <summary>Returns when everything that was committed on the server before is on its disk. Call it outside of a transaction.</summary>
    public static Task FlushAsync(NpgsqlConnection target, CancellationToken cancellationToken) => target.ExecuteAsync(FlushSql, cancellationToken);
}
