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
}
