using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Whether pg_dump, which locks all tables of a database at once, finds room for that on the source. A server has more than its settings
/// promise, and nobody can ask how much: where the settings promise too little, it is tried, in the mode in which pg_dump locks.
/// </summary>
/// <param name="subject">The source database, for messages.</param>
internal sealed class LockRoom(NpgsqlConnection source, string subject)
{
    private const int TablesPerStatement = 1000;

    // Two looks at one server would take the room away from each other.
    private static readonly SemaphoreSlim Turn = new(1);

    // A few locks are other sessions'; pg_dump takes some more for what views, keys and indexes refer to.
    private const long Reserve = 2;

    /// <returns>A warning where the settings promise too little, and it went well all the same.</returns>
    /// <exception cref="StepFailedException">There is no room now; other sessions' locks may go.</exception>
    public async Task<ImmutableArray<Diagnostic>> CheckAsync(DatabaseFacts database, CancellationToken cancellationToken)
    {
        var (setting, sessions) = (await source.QueryAsync(
            "SELECT pg_catalog.current_setting('max_locks_per_transaction')::int8, pg_catalog.current_setting('max_connections')::int8 + pg_catalog.current_setting('max_prepared_transactions')::int8",
            row => (row.GetInt64(0), row.GetInt64(1)),
            cancellationToken))[0];
        var relations = database.Relations.Length;
        if (relations <= setting * sessions)
        {
            return [];
        }

        var tables = database.Relations
            .Where(relation => relation.IsLockedByDump)
            .Select(relation => SqlText.Qualified(relation.Schema, relation.Name))
            .ToList();
        return await HasRoomAsync(tables, cancellationToken)
            ? [HandlerDiagnostics.LocksScarce(subject, relations, setting * sessions)]
            : throw new StepFailedException(
                HandlerDiagnostics.LocksMissing(subject, tables.Count, setting, (Reserve * relations / sessions) + 1),
                FailureClass.Transient);
    }

    /// <summary>Who holds a table for himself is not waited for: pg_dump will say so.</summary>
    private async Task<bool> HasRoomAsync(List<string> tables, CancellationToken cancellationToken)
    {
        await Turn.WaitAsync(cancellationToken);
        try
        {
            // Others wait for the turn: what is over must not wait for a dead connection.
            await using var transaction = new Parting(await source.BeginTransactionAsync(cancellationToken));
            foreach (var some in tables.Chunk(TablesPerStatement))
            {
                await source.ExecuteAsync(
                    $"LOCK TABLE {string.Join(", ", some.Select(table => $"ONLY {table}"))} IN ACCESS SHARE MODE NOWAIT",
                    cancellationToken);
            }

            return true;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.OutOfMemory
            or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.InvalidSchemaName)
        {
            return exception.SqlState != PostgresErrorCodes.OutOfMemory;
        }
        finally
        {
            Turn.Release();
        }
    }
}
