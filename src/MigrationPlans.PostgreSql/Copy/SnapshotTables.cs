using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Wire;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// Keeps the tables to copy as the snapshot saw them. A snapshot alone does not: a TRUNCATE or a rewriting ALTER TABLE
/// makes a table look empty to it, and CLUSTER moves rows between page ranges. Nor do names: another table may have taken one.
/// </summary>
/// <remarks>
/// The holder keeps jobs away, but may be ended itself, by those who run them or, on a standby, by the server. So each reader looks again
/// once it has read, when its own lock is on the table until the end.
/// </remarks>
internal static class SnapshotTables
{
    /// <summary>
    /// For readers beside the one that holds the tables. A reader waits only behind somebody who wants a table for himself, and who waits
    /// for the holder: for ever, unless one of us gives way. The server sees no deadlock, as the holder waits for nothing there.
    /// </summary>
    public const string GiveWay = "SET LOCAL lock_timeout = '5s'";

    private const int TablesPerLock = 500;

    /// <summary>The answer to <see cref="Recheck"/> about a table that is the same.</summary>
    private const string NoRow = "SELECT 0";

    /// <summary>A statement that finds a row where the name no longer leads to the file that the snapshot saw.</summary>
    public static string Recheck(TableRows table) =>
        $"SELECT WHERE pg_catalog.pg_relation_filenode(pg_catalog.to_regclass({SqlText.Literal(table.Name.Sql)})) IS DISTINCT FROM '{table.File}'::pg_catalog.oid";

    /// <param name="read">Of a COPY that <see cref="Recheck"/> followed.</param>
    /// <exception cref="StepFailedException">What was read may be another table's rows or none; trying again with a new snapshot helps.</exception>
    public static void RequireSame(TableRows table, CopyTotals read, string database)
    {
        if (read.Followed is not [NoRow])
        {
            throw Rewritten(table, database);
        }
    }

    /// <summary>Locks the tables against DDL, until the guard's transaction ends, and makes sure that none came in between.</summary>
    /// <exception cref="StepFailedException">A table is not as the snapshot saw it; trying again with a new one helps.</exception>
    public static async Task HoldAsync(NpgsqlConnection guard, IReadOnlyCollection<TableRows> tables, string database, CancellationToken cancellationToken)
    {
        foreach (var some in tables.Chunk(TablesPerLock))
        {
            try
            {
                await guard.ExecuteAsync(
                    $"SAVEPOINT hold; LOCK TABLE {string.Join(", ", some.Select(table => $"ONLY {table.Name.Sql}"))} IN ACCESS SHARE MODE; RELEASE SAVEPOINT hold",
                    cancellationToken);
            }
            catch (PostgresException exception) when (IsGone(exception))
            {
                await guard.ExecuteAsync("ROLLBACK TO SAVEPOINT hold", cancellationToken);
                await RequireSameAsync(guard, some, database, cancellationToken);
                throw;
            }
        }

        await RequireSameAsync(guard, tables, database, cancellationToken);
    }

    /// <summary>No such table, no such schema, or the name is an index's by now.</summary>
    private static bool IsGone(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.WrongObjectType;

    private static async Task RequireSameAsync(
        NpgsqlConnection guard, IReadOnlyCollection<TableRows> tables, string database, CancellationToken cancellationToken)
    {
        var changed = await guard.QueryAsync(
            """
            SELECT t.name FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS t(name, file)
            WHERE pg_catalog.pg_relation_filenode(pg_catalog.to_regclass(t.name)) IS DISTINCT FROM t.file::pg_catalog.oid LIMIT 1
            """,
            reader => reader.GetString(0),
            cancellationToken,
            tables.Select(table => table.Name.Sql).ToArray(),
            tables.Select(table => (long)table.File).ToArray());
        if (!changed.IsEmpty)
        {
            throw Rewritten(tables.First(table => table.Name.Sql == changed[0]), database);
        }
    }

    private static StepFailedException Rewritten(TableRows table, string database) =>
        new(CopyDiagnostics.TableRewritten(database, table.Name.ToString()), FailureClass.Transient);
}
