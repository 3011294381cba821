using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Validates checks that a table has by its parent alone and that are valid on the source although the parent's is not: the table was made
/// after the check was added (<c>NOT VALID</c>). A dump holds the parent's only, and by that the table's is not valid either.
/// </summary>
internal static class InheritedChecks
{
    // Partitions aside: a dump makes them with the check, before they are attached.
    private const string Sql =
        """
        SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text, k.conname::pg_catalog.text
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) k.conrelid AND NOT c.relispartition
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE k.contype OPERATOR(pg_catalog.=) 'c' AND k.coninhcount OPERATOR(pg_catalog.>) 0 AND NOT k.conislocal AND k.convalidated OPERATOR(pg_catalog.=) $1
          AND ($1 OPERATOR(pg_catalog.=) false OR EXISTS (SELECT FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_constraint p ON p.conrelid OPERATOR(pg_catalog.=) i.inhparent
                WHERE i.inhrelid OPERATOR(pg_catalog.=) k.conrelid AND p.contype OPERATOR(pg_catalog.=) 'c' AND p.conname OPERATOR(pg_catalog.=) k.conname AND NOT p.convalidated))
        ORDER BY 1, 2, 3
        """;

    /// <summary>Begins a mark in the ledger: rows that were copied break the check.</summary>
    private const string BrokenMark = "check-broken:";

    public static async Task<bool> DifferAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var found = await FindAsync(source, target, cancellationToken);
        return !found.IsEmpty
            && found.Select(Mark).Except(await TargetLedger.ReadMarksAsync(target, BrokenMark, cancellationToken), StringComparer.Ordinal).Any();
    }

    /// <returns>Notes of those that stay as they are: the source was rid of the rows that break them, and validated them, after the copy's snapshot.</returns>
    public static async Task<ImmutableArray<Diagnostic>> AlignAsync(
        NpgsqlConnection source, NpgsqlConnection target, string subject, CancellationToken cancellationToken)
    {
        var notes = ImmutableArray.CreateBuilder<Diagnostic>();
        // One at a time: each reads its table, and those below it.
        foreach (var found in await FindAsync(source, target, cancellationToken))
        {
            try
            {
                await target.ExecuteAsync(
                    $"ALTER TABLE {SqlText.Qualified(found.Schema, found.Table)} VALIDATE CONSTRAINT {SqlText.Identifier(found.Check)}",
                    cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.CheckViolation)
            {
                await TargetLedger.RecordEntriesAsync(target, [Mark(found)], cancellationToken);
                notes.Add(SchemaDiagnostics.CheckBroken(subject, $"{found.Schema}.{found.Table}", found.Check));
            }
        }

        return notes.ToImmutable();
    }

    private static string Mark((string Schema, string Table, string Check) found) =>
        $"{BrokenMark}{SqlText.Qualified(found.Schema, found.Table)}.{SqlText.Identifier(found.Check)}";

    private static async Task<ImmutableArray<(string Schema, string Table, string Check)>> FindAsync(
        NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var valid = await ListAsync(source, areValid: true, cancellationToken);
        return valid.IsEmpty ? [] : [.. valid.Intersect(await ListAsync(target, areValid: false, cancellationToken))];
    }

    private static Task<ImmutableArray<(string Schema, string Table, string Check)>> ListAsync(
        NpgsqlConnection connection, bool areValid, CancellationToken cancellationToken) =>
        connection.QueryAsync(Sql, row => (row.GetString(0), row.GetString(1), row.GetString(2)), cancellationToken, areValid);
}
