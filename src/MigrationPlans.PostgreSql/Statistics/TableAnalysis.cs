using System.Collections.Concurrent;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Statistics;

/// <summary>Analyzes tables many in a statement, and goes on without those that the server can't analyze.</summary>
/// <remarks>
/// A table's own data can make ANALYZE fail (statistics on an expression that overflows), and so can a foreign partition whose
/// server is out of reach. Neither says anything about the copy.
/// </remarks>
/// <param name="openAsync">Opens a session on the target, for after a refusal: the driver gives up one in which a server reported an error of its own.</param>
/// <param name="byPartition">Partitions are analyzed for themselves, not with their root; for servers that know ANALYZE ONLY, from 18 on.</param>
internal sealed class TableAnalysis(Func<CancellationToken, Task<NpgsqlConnection>> openAsync, bool byPartition)
{
    private readonly ConcurrentQueue<(string Table, string Reason)> refused = new();

    /// <summary>Tables that the server did not analyze, quoted, with its message.</summary>
    public IReadOnlyCollection<(string Table, string Reason)> Refused => refused;

    /// <param name="target">May be closed afterwards.</param>
    /// <param name="tables">Quoted and qualified.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public async Task RunAsync(NpgsqlConnection target, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        if (await TryAsync(target, tables, cancellationToken) is not { } reason)
        {
            return;
        }

        if (tables.Count == 1)
        {
            refused.Enqueue((tables[0], reason));
            await RunPartitionsAsync(tables[0], cancellationToken);
            return;
        }

        // Tables before the failing one may have their statistics already; once more does no harm.
        foreach (var table in tables)
        {
            await RunAloneAsync(table, cancellationToken);
        }
    }

    /// <summary>A foreign server out of reach is class 08 too; our own connection's end is not told in a PostgresException of severity ERROR.</summary>
    public static bool IsTheTables(PostgresException exception) =>
        exception.InvariantSeverity == "ERROR"
        && (exception.SqlState.StartsWith("08", StringComparison.Ordinal) || PostgresErrors.Translate(exception, "").FailureClass == FailureClass.Permanent);

    /// <returns>Why the server refused; null where it did not.</returns>
    private async Task<string?> TryAsync(NpgsqlConnection session, IEnumerable<string> tables, CancellationToken cancellationToken)
    {
        try
        {
            await session.ExecuteAsync($"ANALYZE {string.Join(", ", tables.Select(table => byPartition ? $"ONLY {table}" : table))}", cancellationToken);
            return null;
        }
        catch (PostgresException exception) when (IsTheTables(exception))
        {
            return exception.MessageText;
        }
    }

    private async Task RunAloneAsync(string table, CancellationToken cancellationToken)
    {
        await using var session = await openAsync(cancellationToken);
        await RunAsync(session, [table], cancellationToken);
    }

    private async Task RunPartitionsAsync(string table, CancellationToken cancellationToken)
    {
        if (byPartition)
        {
            return;
        }

        await using var session = await openAsync(cancellationToken);
        var partitions = await session.QueryAsync(
            "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_partition_tree($1::pg_catalog.regclass) t JOIN pg_catalog.pg_class c ON c.oid = t.relid "
            + "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE t.level > 0 AND c.relkind = 'r'",
            row => SqlText.Qualified(row.GetString(0), row.GetString(1)),
            cancellationToken,
            table);
        foreach (var partition in partitions)
        {
            await RunAloneAsync(partition, cancellationToken);
        }
    }
}
