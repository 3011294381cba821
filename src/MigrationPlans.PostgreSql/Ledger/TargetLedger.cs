using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Ledger;

/// <summary>
/// The schema <c>migplan_ledger</c> in a target database: what is finished there, recorded in the transaction that did it.
/// So nothing is done twice and nothing is lost, whatever dies. It goes when the database is done.
/// </summary>
public static class TargetLedger
{
    /// <summary>
    /// The kind of resource that a state knows it by where the database was there before the plan: without it,
    /// the database is nobody's again.
    /// </summary>
    public const string ResourceKind = "ledger";

    public const string Schema = "migplan_ledger";

    private const string MarkSql =
        """
        INSERT INTO migplan_ledger.owner AS o (plan, lineage) VALUES ($1, $2)
        ON CONFLICT (only_row) DO UPDATE SET lineage = excluded.lineage WHERE o.plan OPERATOR(pg_catalog.=) excluded.plan
        """;

    /// <summary>Creates the ledger where it is missing and marks whose it is; takes it over from a run of the same plan with another state.</summary>
    /// <param name="lineage">Of the run's state.</param>
    public static async Task EnsureAsync(NpgsqlConnection target, string plan, string lineage, CancellationToken cancellationToken)
    {
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        await using (var create = new NpgsqlCommand(EmbeddedSql.Load("create-ledger.sql"), target, transaction))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var mark = new NpgsqlCommand(MarkSql, target, transaction))
        {
            mark.Parameters.AddWithValue(plan);
            mark.Parameters.AddWithValue(lineage);
            await mark.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Makes sure that the database is the one that the run marked as its own.</summary>
    /// <param name="lineage">Of the run's state.</param>
    /// <param name="subject">The database, for messages.</param>
    /// <exception cref="StepFailedException">It is another plan's, a run's with another state, or nobody's.</exception>
    public static async Task RequireAsync(NpgsqlConnection target, string plan, string lineage, string subject, CancellationToken cancellationToken)
    {
        var owner = await ReadExpectedOwnerAsync(target, cancellationToken);
        if (owner?.IsOf(plan, lineage) != true)
        {
            throw new StepFailedException(
                owner is null
                    ? CopyDiagnostics.MarkMissing(subject)
                    : owner.Plan == plan ? CopyDiagnostics.TakenByOther(subject) : SchemaDiagnostics.ForeignLedger(subject, owner.Plan),
                FailureClass.Permanent);
        }
    }

    /// <summary>Whom the ledger belongs to; null when there is no ledger.</summary>
    public static async Task<LedgerOwner?> FindOwnerAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        await ExistsAsync(target, cancellationToken) ? await ReadOwnerAsync(target, cancellationToken) : null;

    public static async Task<bool> ExistsAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_catalog.to_regclass('migplan_ledger.owner') IS NOT NULL", target);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>In one round trip, as each step asks; where none is there, the server logs an error.</summary>
    private static async Task<LedgerOwner?> ReadExpectedOwnerAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadOwnerAsync(target, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return null;
        }
    }

    /// <summary>Through JSON, as a ledger of an older version lacks a column.</summary>
    private static async Task<LedgerOwner?> ReadOwnerAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var owners = await target.QueryAsync(
            "SELECT o.plan, pg_catalog.to_jsonb(o) OPERATOR(pg_catalog.->>) 'lineage' FROM migplan_ledger.owner o",
            row => new LedgerOwner(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)),
            cancellationToken);
        return owners.SingleOrDefault();
    }

    /// <summary>Digests of the schema entries that are restored.</summary>
    public static async Task<HashSet<string>> ReadEntriesAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var digests = new HashSet<string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("SELECT digest FROM migplan_ledger.entry", target);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.NextAsync(cancellationToken))
        {
            digests.Add(reader.GetString(0));
        }

        return digests;
    }

    /// <summary>Records restored entries; call it in the transaction that restored them.</summary>
    public static async Task RecordEntriesAsync(NpgsqlConnection target, IReadOnlyCollection<string> digests, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(target) { BatchCommands = { RecordEntriesCommand(digests) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The same as a part of a batch that restores them.</summary>
    public static NpgsqlBatchCommand RecordEntriesCommand(IReadOnlyCollection<string> digests)
    {
        var command = new NpgsqlBatchCommand("INSERT INTO migplan_ledger.entry (digest) SELECT pg_catalog.unnest($1) ON CONFLICT DO NOTHING");
        command.Parameters.AddWithValue(digests.ToArray());
        return command;
    }

    /// <summary>Takes digests and marks back, in the transaction that takes back what they stand for.</summary>
    public static NpgsqlBatchCommand ForgetEntriesCommand(IReadOnlyCollection<string> digests)
    {
        var command = new NpgsqlBatchCommand("DELETE FROM migplan_ledger.entry WHERE digest OPERATOR(pg_catalog.=) ANY ($1)");
        command.Parameters.AddWithValue(digests.ToArray());
        return command;
    }

    /// <summary>What is noted beside the digests: marks that begin so, sorted.</summary>
    public static Task<ImmutableArray<string>> ReadMarksAsync(NpgsqlConnection target, string prefix, CancellationToken cancellationToken) =>
        target.QueryAsync(
            "SELECT digest FROM migplan_ledger.entry WHERE pg_catalog.starts_with(digest, $1) ORDER BY 1", row => row.GetString(0), cancellationToken, prefix);

    /// <summary>Takes something back, and its mark with it.</summary>
    public static async Task TakeBackAsync(NpgsqlConnection target, string mark, string statement, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(target) { BatchCommands = { new NpgsqlBatchCommand(statement), ForgetEntriesCommand([mark]) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A statement that records restored entries, for the transaction that restored them.</summary>
    public static string RecordEntries(IEnumerable<string> digests) =>
        $"INSERT INTO migplan_ledger.entry (digest) VALUES {string.Join(", ", digests.Select(digest => $"({SqlText.Literal(digest)})"))} ON CONFLICT DO NOTHING";

    /// <summary>Removes the ledger; does nothing where there is none.</summary>
    public static async Task DropAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DROP SCHEMA IF EXISTS migplan_ledger CASCADE", target);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
