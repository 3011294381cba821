using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>A crash of the target empties every unlogged table, and leaves what the ledger says of its rows.</summary>
internal static class EmptiedTables
{
    /// <summary>Unlogged as they are, with one row: as long as that is there, there was no crash.</summary>
    private const string NoCrashTable = "migplan_ledger.no_crash";

    /// <summary>A statement for the transaction that fills all of them again: from here on, a crash is another one.</summary>
    public const string MarkNoCrash =
        $"CREATE UNLOGGED TABLE IF NOT EXISTS {NoCrashTable} (only_row pg_catalog.bool PRIMARY KEY); INSERT INTO {NoCrashTable} (only_row) VALUES (true) ON CONFLICT DO NOTHING";

    /// <summary>Begins a mark in the ledger: the table has got its rows from an archive, of which no chunk tells.</summary>
    private const string FilledMark = "unlogged-filled:";

    /// <summary>Begins a mark in the ledger: the table was filled again.</summary>
    private const string RefilledMark = "unlogged-refilled:";

    // With the parts of the table's tree, unlogged ones and others, and how many rows came to all of them, where it is cut by a hash:
    // what goes in through such a root may be in another leaf than on the source. After a rollback a file keeps its size, and holds none.
    private const string FilledSql =
        $"""
        SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text, t.unlogged, t.logged, t.rows
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
         CROSS JOIN LATERAL (
               SELECT COALESCE(pg_catalog.array_agg(pg_catalog.format('%I.%I', s.nspname, l.relname)) FILTER (WHERE l.relpersistence OPERATOR(pg_catalog.=) 'u'), ARRAY[]::pg_catalog.text[]),
                      COALESCE(pg_catalog.array_agg(pg_catalog.format('%I.%I', s.nspname, l.relname)) FILTER (WHERE l.relpersistence OPERATOR(pg_catalog.<>) 'u'), ARRAY[]::pg_catalog.text[]),
                      pg_catalog.sum((SELECT pg_catalog.sum(k.row_count) FROM migplan_ledger.chunk k
                                       WHERE k.table_schema OPERATOR(pg_catalog.=) s.nspname::pg_catalog.text AND k.table_name OPERATOR(pg_catalog.=) l.relname::pg_catalog.text))::pg_catalog.int8
                 FROM (SELECT c.oid UNION SELECT p.relid FROM pg_catalog.pg_partition_tree(pg_catalog.pg_partition_root(c.oid)) p
                        WHERE EXISTS (SELECT FROM pg_catalog.pg_partition_tree(pg_catalog.pg_partition_root(c.oid)) r JOIN pg_catalog.pg_partitioned_table h ON h.partrelid OPERATOR(pg_catalog.=) r.relid
                                       WHERE h.partstrat OPERATOR(pg_catalog.=) 'h')) p (oid)
                 JOIN pg_catalog.pg_class l ON l.oid OPERATOR(pg_catalog.=) p.oid AND l.relkind OPERATOR(pg_catalog.=) 'r' JOIN pg_catalog.pg_namespace s ON s.oid OPERATOR(pg_catalog.=) l.relnamespace) t (unlogged, logged, rows)
         WHERE c.relkind OPERATOR(pg_catalog.=) 'r' AND c.relpersistence OPERATOR(pg_catalog.=) 'u'
           AND (EXISTS (SELECT FROM migplan_ledger.chunk k WHERE k.table_schema OPERATOR(pg_catalog.=) n.nspname::pg_catalog.text AND k.table_name OPERATOR(pg_catalog.=) c.relname::pg_catalog.text
                           AND k.row_count OPERATOR(pg_catalog.>) 0)
             OR EXISTS (SELECT FROM migplan_ledger.entry e WHERE e.digest OPERATOR(pg_catalog.=) ('{FilledMark}' || pg_catalog.format('%I.%I', n.nspname, c.relname))))
         ORDER BY 1, 2
        """;

    private const string MarkFilledSql =
        $"""
        INSERT INTO migplan_ledger.entry (digest)
        SELECT '{FilledMark}' || pg_catalog.format('%I.%I', n.nspname, c.relname)
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
         WHERE n.nspname OPERATOR(pg_catalog.<>) 'migplan_ledger' AND c.relkind OPERATOR(pg_catalog.=) 'r' AND c.relpersistence OPERATOR(pg_catalog.=) 'u' AND pg_catalog.pg_relation_size(c.oid) OPERATOR(pg_catalog.>) 0
        ON CONFLICT DO NOTHING
        """;

    private const string RefilledSql =
        $"""
        SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text
          FROM migplan_ledger.entry e
          JOIN pg_catalog.pg_class c ON c.relpersistence OPERATOR(pg_catalog.=) 'u'
          JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace AND e.digest OPERATOR(pg_catalog.=) ('{RefilledMark}' || pg_catalog.format('%I.%I', n.nspname, c.relname))
         WHERE pg_catalog.starts_with(e.digest, '{RefilledMark}')
         ORDER BY 1, 2
        """;

    /// <summary>
    /// The unlogged tables that rows came to and that have none since a crash, which takes them all: nor may any other unlogged part of a
    /// tree have one whose rows went in through its root. They may all be in its other parts: where those hold as many as came to the tree,
    /// nothing is lost. Without a crash, somebody has emptied them.
    /// </summary>
    public static async Task<ImmutableArray<TableName>> FindAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        if (await HasNotCrashedAsync(target, cancellationToken))
        {
            return [];
        }

        var filled = await target.QueryAsync(
            FilledSql,
            row => (
                Table: ReadName(row),
                Unlogged: row.GetFieldValue<string[]>(2),
                Logged: row.GetFieldValue<string[]>(3),
                Rows: row.IsDBNull(4) ? 0 : row.GetInt64(4)),
            cancellationToken);
        var emptied = new List<TableName>();
        foreach (var tree in filled.GroupBy(
            table => string.Join('\n', table.Unlogged.Concat(table.Logged).Order(StringComparer.Ordinal)),
            StringComparer.Ordinal))
        {
            var (_, unlogged, logged, rows) = tree.First();
            if (await CountAsync(target, unlogged, most: 1, cancellationToken) == 0
                && (rows == 0 || logged.Length == 0 || await CountAsync(target, logged, rows, cancellationToken) < rows))
            {
                emptied.AddRange(tree.Select(table => table.Table));
            }
        }

        return [.. emptied];
    }

    /// <summary>Notes what an archive's rows came to; in the transaction that notes that they are all there.</summary>
    public static Task MarkFilledAsync(NpgsqlConnection target, CancellationToken cancellationToken) => target.ExecuteAsync(MarkFilledSql, cancellationToken);

    /// <summary>A statement for the transaction that fills a table again.</summary>
    public static string MarkRefilled(TableName table) =>
        $"INSERT INTO migplan_ledger.entry (digest) SELECT '{RefilledMark}' || pg_catalog.format('%I.%I', {SqlText.Literal(table.Schema)}, {SqlText.Literal(table.Name)}) ON CONFLICT DO NOTHING";

    /// <summary>The tables that were filled again.</summary>
    public static Task<ImmutableArray<TableName>> ReadRefilledAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        target.QueryAsync(RefilledSql, ReadName, cancellationToken);

    /// <summary>A ledger of an earlier version can't tell.</summary>
    private static async Task<bool> HasNotCrashedAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        (await target.QueryAsync($"SELECT pg_catalog.to_regclass('{NoCrashTable}') IS NOT NULL", row => row.GetBoolean(0), cancellationToken))[0]
        && (await target.QueryAsync($"SELECT EXISTS (SELECT FROM {NoCrashTable})", row => row.GetBoolean(0), cancellationToken))[0];

    private static TableName ReadName(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1));

    /// <param name="most">More are not counted.</param>
    private static async Task<long> CountAsync(NpgsqlConnection target, string[] tables, long most, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var table in tables.TakeWhile(_ => count < most))
        {
            try
            {
                var sql = string.Create(CultureInfo.InvariantCulture, $"SELECT pg_catalog.count(*) FROM (SELECT FROM ONLY {table} LIMIT {most - count}) t");
                count += (await target.QueryAsync(sql, row => row.GetInt64(0), cancellationToken))[0];
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                // Its rows are hidden from the login, which could bring none either.
                return most;
            }
        }

        return count;
    }
}
