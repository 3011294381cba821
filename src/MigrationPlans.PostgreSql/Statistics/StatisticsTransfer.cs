using System.Data;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Statistics;

/// <summary>Gives tables the planner statistics that they have on the source, as far as they can be told.</summary>
/// <remarks>
/// What the target doesn't take (a value that its types don't know) is left out: <see cref="AnalyzableTable.HasStatistics"/> says afterwards
/// which tables lack some.
/// </remarks>
/// <param name="openSourceAsync">Opens a session on the source.</param>
internal sealed class StatisticsTransfer(Func<CancellationToken, Task<NpgsqlConnection>> openSourceAsync)
{
    /// <summary>The first version of servers that can be told statistics.</summary>
    public const int FirstVersion = 18;

    private const int Columns = 15;

    /// <summary>Characters that go in one statement: a column's values may take megabytes.</summary>
    private const int CharactersPerStatement = 4 << 20;

    public async Task RunAsync(NpgsqlConnection target, IReadOnlyCollection<AnalyzableTable> tables, CancellationToken cancellationToken)
    {
        var schemas = tables.Select(table => table.Schema).ToArray();
        var names = tables.Select(table => table.Name).ToArray();
        await using var source = await openSourceAsync(cancellationToken);
        await RestoreRowEstimatesAsync(source, target, schemas, names, cancellationToken);
        await RestoreColumnsAsync(source, target, schemas, names, cancellationToken);
    }

    private static async Task RestoreRowEstimatesAsync(
        NpgsqlConnection source, NpgsqlConnection target, string[] schemas, string[] names, CancellationToken cancellationToken)
    {
        // Before 14, no rows is what tables have that were never counted.
        var counted = source.PostgreSqlVersion.Major < 14 ? "NULLIF(c.reltuples, 0)" : "c.reltuples";
        var rows = await source.QueryAsync(
            $"SELECT n.nspname::text, c.relname::text, COALESCE({counted}, -1)::real FROM unnest($1::text[], $2::text[]) AS w (schema, name) "
            + "JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name",
            row => (Schema: row.GetString(0), Name: row.GetString(1), Count: row.GetFloat(2)),
            cancellationToken,
            schemas,
            names);
        await TryRestoreAsync(
            target,
            "restore-row-estimates.sql",
            cancellationToken,
            rows.Select(row => row.Schema).ToArray(),
            rows.Select(row => row.Name).ToArray(),
            rows.Select(row => row.Count).ToArray());
    }

    private static async Task RestoreColumnsAsync(
        NpgsqlConnection source, NpgsqlConnection target, string[] schemas, string[] names, CancellationToken cancellationToken)
    {
        var version = source.PostgreSqlVersion.Major * 10000;
        await using var command = new NpgsqlCommand(EmbeddedSql.Load("column-statistics.sql"), source);
        command.Parameters.AddWithValue(schemas);
        command.Parameters.AddWithValue(names);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var gathered = new List<string?[]>();
        long characters = 0;
        while (await reader.NextAsync(cancellationToken))
        {
            gathered.Add([.. Enumerable.Range(0, Columns).Select(column => reader.IsDBNull(column) ? null : reader.GetString(column))]);
            characters += gathered[^1].Sum(text => text?.Length ?? 0);
            if (characters >= CharactersPerStatement)
            {
                await RestoreAsync();
            }
        }

        await RestoreAsync();

        async Task RestoreAsync()
        {
            var byColumn = Enumerable.Range(0, Columns).Select(column => (object)gathered.Select(row => row[column]).ToArray());
            await TryRestoreAsync(target, "restore-column-statistics.sql", cancellationToken, [.. byColumn, version]);
            gathered.Clear();
            characters = 0;
        }
    }

    /// <summary>A statement that the server refuses leaves tables without statistics, which is no failure: they can be analyzed.</summary>
    private static async Task TryRestoreAsync(NpgsqlConnection target, string statement, CancellationToken cancellationToken, params object[] parameters)
    {
        if (target.State != ConnectionState.Open)
        {
            // The driver gave it up at the last refusal.
            return;
        }

        try
        {
            await target.ExecuteAsync(EmbeddedSql.Load(statement), cancellationToken, parameters);
        }
        catch (PostgresException exception) when (TableAnalysis.IsTheTables(exception))
        {
        }
    }
}
