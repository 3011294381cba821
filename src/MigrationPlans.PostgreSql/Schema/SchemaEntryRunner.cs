using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Runs schema entries on a target: many in one transaction and one round trip, with their digests recorded in the ledger by
/// the same transaction. An entry is there wholly or not at all.
/// </summary>
/// <param name="subject">The target database, for messages.</param>
public sealed class SchemaEntryRunner(NpgsqlConnection target, string subject)
{
    // Each entry locks a handful of objects until the transaction ends; the default lock table has room for 6,400.
    private const int LargestBatch = 200;

    private const string OutOfSharedMemory = "53200";

    /// <summary>Runs the entries in order, in transactions of limited size; <paramref name="committed"/> hears of the size of each.</summary>
    /// <param name="stopping">Ends the run between two transactions.</param>
    /// <exception cref="StepFailedException">The target refused an entry, which is named; those of earlier transactions stay.</exception>
    /// <exception cref="OperationCanceledException">Stopped at a safe point.</exception>
    public async Task RunInBatchesAsync(
        ImmutableArray<SchemaEntry> entries, Action<int> committed, CancellationToken stopping, CancellationToken cancellationToken)
    {
        foreach (var batch in entries.Chunk(LargestBatch))
        {
            stopping.ThrowIfCancellationRequested();
            await RunAsync([.. batch], cancellationToken);
            committed(batch.Length);
        }
    }

    /// <summary>Runs the entries in one transaction; in several where the server's lock table is too small for one.</summary>
    /// <exception cref="StepFailedException">The target refused an entry, which is named.</exception>
    public async Task RunAsync(ImmutableArray<SchemaEntry> entries, CancellationToken cancellationToken)
    {
        var units = entries.Select(entry => new EntryWork(entry, entry.Sql, entry.Digest)).ToImmutableArray();
        try
        {
            await RunAsync(units, cancellationToken);
        }
        catch (StepFailedException exception) when (entries.Length > 1 && exception.InnerException is PostgresException { SqlState: OutOfSharedMemory })
        {
            var half = entries.Length / 2;
            await RunAsync(entries[..half], cancellationToken);
            await RunAsync(entries[half..], cancellationToken);
        }
    }

    /// <summary>Runs statements for entries in one transaction and records a ledger mark for each.</summary>
    internal async Task RunAsync(ImmutableArray<EntryWork> work, CancellationToken cancellationToken)
    {
        // Without BEGIN a batch is one transaction, from its first statement to its single Sync message.
        await using var batch = new NpgsqlBatch(target);
        var owners = new List<SchemaEntry>();
        foreach (var unit in work)
        {
            foreach (var statement in SqlStatements.Split(unit.Sql))
            {
                Add(batch, statement);
                owners.Add(unit.Entry);
            }
        }

        batch.BatchCommands.Add(TargetLedger.RecordEntriesCommand([.. work.Select(unit => unit.LedgerMark)]));
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw await TranslateAsync(exception, batch.BatchCommands, owners, work, cancellationToken);
        }
    }

    /// <summary>
    /// A session of a dead run may have made it since the ledger was read, or be about to record it: then a second look
    /// helps. Where nobody of ours did, it is somebody else's.
    /// </summary>
    private async Task<FailureClass> ClassOfThereAsync(ImmutableArray<EntryWork> work, CancellationToken cancellationToken)
    {
        try
        {
            var restored = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
            return work.Any(unit => restored.Contains(unit.LedgerMark)) || await LeftoverSessions.AreThereAsync(target, TimeProvider.System, cancellationToken)
                ? FailureClass.Transient
                : FailureClass.Permanent;
        }
        catch (Exception unknown) when (unknown is NpgsqlException or InvalidOperationException)
        {
            return FailureClass.Transient;
        }
    }

    /// <summary>
    /// With a parameter the driver sends the text as it is; without one it would look for semicolons and placeholders in it.
    /// The server ignores a parameter that the statement does not use.
    /// </summary>
    private static void Add(NpgsqlBatch batch, string statement)
    {
        var command = new NpgsqlBatchCommand(statement);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 0 });
        batch.BatchCommands.Add(command);
    }

    /// <summary>
    /// Names the entry at which the batch ended: the first whose statement has no outcome. The driver could name the statement
    /// itself, but then its text, which can hold a user mapping's password, would travel with the exception.
    /// </summary>
    private async Task<StepFailedException> TranslateAsync(
        NpgsqlException exception,
        NpgsqlBatchCommandCollection commands,
        List<SchemaEntry> owners,
        ImmutableArray<EntryWork> work,
        CancellationToken cancellationToken)
    {
        var failed = Enumerable.Range(0, owners.Count).FirstOrDefault(i => commands[i].StatementType == StatementType.Unknown, -1);
        var general = PostgresErrors.Translate(
            exception,
            exception is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } && failed >= 0 ? $"{subject}: {owners[failed].Describe()}" : subject);
        if (exception is PostgresException there && failed >= 0 && PostgresErrors.IsAlreadyThere(there.SqlState))
        {
            return new StepFailedException(
                ResumeDiagnostics.ThereAlready(subject, owners[failed].Describe(), there.SqlState, there.MessageText, there.Detail),
                await ClassOfThereAsync(work, cancellationToken),
                exception);
        }

        return exception is PostgresException server && general.FailureClass == FailureClass.Permanent && failed >= 0
            ? new StepFailedException(
                FunctionFailure.Find(server, subject, owners[failed].Describe())
                    ?? VolatileFunction.Find(server.SqlState, server.MessageText, subject, owners[failed])
                        ?? ExtensionIndex.FindLackOfMemory(server.SqlState, server.MessageText, subject, owners[failed]) ?? SchemaDiagnostics.EntryFailed(
                            subject,
                            owners[failed].Describe(),
                            server.SqlState,
                            server.MessageText,
                            PostgresErrors.DetailOf(server.SqlState, server.Detail),
                            server.Hint),
                FailureClass.Permanent,
                exception)
            : general;
    }
}

/// <param name="LedgerMark">What is recorded when the statements are done: the entry's digest, or a mark of a part of it.</param>
internal sealed record EntryWork(SchemaEntry Entry, string Sql, string LedgerMark);
