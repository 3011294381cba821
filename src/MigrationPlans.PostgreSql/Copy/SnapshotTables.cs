using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// Keeps the tables to copy as the snapshot saw them. A snapshot alone does not: a TRUNCATE or a rewriting ALTER TABLE
/// makes a table look empty to it, and CLUSTER moves rows between page ranges.
/// </summary>
internal static class SnapshotTables
{
    /// <summary>
    /// For readers beside the one that holds the tables. A reader waits only behind somebody who wants a table for himself, and who waits
    /// for the holder: for ever, unless one of us gives way. The server sees no deadlock, as the holder waits for nothing there.
    /// </summary>
    public const string GiveWay = "SET LOCAL lock_timeout = '5s'";

    private const int TablesPerLock = 500;

    /// <summary>Locks the tables against DDL, until the guard's transaction ends, and makes sure that none came in between.</summary>
    /// <exception cref="StepFailedException">A table was rewritten since the snapshot; trying again with a new one helps.</exception>
    public static async Task HoldAsync(NpgsqlConnection guard, IReadOnlyCollection<TableRows> tables, string database, CancellationToken cancellationToken)
    {
        foreach (var some in tables.Chunk(TablesPerLock))
        {
            await using var command = new NpgsqlCommand(
                $"LOCK TABLE {string.Join(", ", some.Select(table => $"ONLY {table.Name.Sql}"))} IN ACCESS SHARE MODE", guard);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var check = new NpgsqlCommand(
            """
            SELECT t.oid FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS t(oid, file)
            WHERE pg_catalog.pg_relation_filenode(t.oid) IS DISTINCT FROM t.file LIMIT 1
            """,
            guard);
        check.Parameters.AddWithValue(NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Oid, tables.Select(table => table.Oid).ToArray());
        check.Parameters.AddWithValue(NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Oid, tables.Select(table => table.File).ToArray());
        if (await check.ExecuteScalarAsync(cancellationToken) is uint rewritten)
        {
            var name = tables.First(table => table.Oid == rewritten).Name.ToString();
            throw new StepFailedException(CopyDiagnostics.TableRewritten(database, name), FailureClass.Transient);
        }
    }

    /// <summary>A text that names the state that the snapshot sees: equal texts, equal rows.</summary>
    /// <remarks>
    /// A server that came back, or another one in its place, may have lost its last commits and given their numbers away again: so the time of its
    /// start is part of the name. On a standby a snapshot's text does not tell which transactions were under way: each is a state of its own there.
    /// </remarks>
    public static async Task<string> NameStateAsync(NpgsqlConnection reader, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT pg_catalog.concat_ws(' ', pg_catalog.txid_current_snapshot(), 'since', pg_catalog.pg_postmaster_start_time(),
              CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.clock_timestamp() END)
            """,
            reader);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
