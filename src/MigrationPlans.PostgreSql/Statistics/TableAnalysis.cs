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
/// <param name="byPartition">Partitions are analyzed for themselves, not with their root; for servers that know ANALYZE ONLY, from 18 on.</param>
internal sealed class TableAnalysis(bool byPartition)
{
    private readonly ConcurrentQueue<(string Table, string Reason)> refused = new();

    /// <summary>Tables that the server did not analyze, quoted, with its message.</summary>
    public IReadOnlyCollection<(string Table, string Reason)> Refused => refused;

    /// <param name="tables">Quoted and qualified.</param>
    public async Task RunAsync(NpgsqlConnection target, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        try
        {
            await target.ExecuteAsync($"ANALYZE {string.Join(", ", tables.Select(table => byPartition ? $"ONLY {table}" : table))}", cancellationToken);
        }
        catch (PostgresException exception) when (IsTheTables(exception))
        {
            if (tables.Count == 1)
            {
                refused.Enqueue((tables[0], exception.MessageText));
                if (!byPartition)
                {
                    await RunPartitionsAsync(target, tables[0], cancellationToken);
                }

                return;
            }

            // Tables before the failing one may have their statistics already; once more does no harm.
            foreach (var table in tables)
            {
                await RunAsync(target, [table], cancellationToken);
            }
        }
    }

    /// <summary>A foreign server out of reach is class 08 too; our own connection's end is not told in a PostgresException of severity ERROR.</summary>
    public static bool IsTheTables(PostgresException exception) =>
        exception.InvariantSeverity == "ERROR"
        && (exception.SqlState.StartsWith("08", StringComparison.Ordinal) || PostgresErrors.Translate(exception, "").FailureClass == FailureClass.Permanent);

    private async Task RunPartitionsAsync(NpgsqlConnection target, string table, CancellationToken cancellationToken)
    {
        var partitions = await target.QueryAsync(
            "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_partition_tree($1::pg_catalog.regclass) t JOIN pg_catalog.pg_class c ON c.oid = t.relid "
            + "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE t.level > 0 AND c.relkind = 'r'",
            row => SqlText.Qualified(row.GetString(0), row.GetString(1)),
            cancellationToken,
            table);
        foreach (var partition in partitions)
        {
            await RunAsync(target, [partition], cancellationToken);
        }
    }
}
