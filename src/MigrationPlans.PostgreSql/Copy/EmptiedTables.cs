using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>A crash of the target empties every unlogged table, and leaves what the ledger says of its rows.</summary>
internal static class EmptiedTables
{
    /// <summary>Begins a mark in the ledger: the table has got its rows from an archive, of which no chunk tells.</summary>
    private const string FilledMark = "unlogged-filled:";

    /// <summary>Begins a mark in the ledger: the table was filled again.</summary>
    private const string RefilledMark = "unlogged-refilled:";

    // With those parts of the table's tree that may hold rows: what goes in through a root may be in another leaf than on the source. After a rollback a file keeps its size, and holds none.
    private const string FilledSql =
        $"""
        SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text,
               ARRAY(SELECT pg_catalog.format('%I.%I', s.nspname, l.relname)
                       FROM (SELECT c.oid UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(pg_catalog.pg_partition_root(c.oid)) t) p (oid)
                       JOIN pg_catalog.pg_class l ON l.oid OPERATOR(pg_catalog.=) p.oid JOIN pg_catalog.pg_namespace s ON s.oid OPERATOR(pg_catalog.=) l.relnamespace
                      WHERE l.relkind OPERATOR(pg_catalog.=) 'r' AND l.relpersistence OPERATOR(pg_catalog.=) 'u' AND pg_catalog.pg_relation_size(l.oid) OPERATOR(pg_catalog.>) 0)
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
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
         WHERE c.relkind OPERATOR(pg_catalog.=) 'r' AND c.relpersistence OPERATOR(pg_catalog.=) 'u' AND pg_catalog.pg_relation_size(c.oid) OPERATOR(pg_catalog.>) 0
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

    /// <summary>The unlogged tables that rows came to, where all of them are empty; none otherwise.</summary>
    public static async Task<ImmutableArray<TableName>> FindAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var filled = await target.QueryAsync(FilledSql, row => (Table: ReadName(row), Parts: row.GetFieldValue<string[]>(2)), cancellationToken);
        foreach (var part in filled.SelectMany(table => table.Parts).Distinct(StringComparer.Ordinal))
        {
            if (await HasRowsAsync(target, part, cancellationToken))
            {
                return [];
            }
        }

        return [.. filled.Select(table => table.Table)];
    }

    /// <summary>Notes what an archive's rows came to; in the transaction that notes that they are all there.</summary>
    public static Task MarkFilledAsync(NpgsqlConnection target, CancellationToken cancellationToken) => target.ExecuteAsync(MarkFilledSql, cancellationToken);

    /// <summary>A statement for the transaction that fills a table again.</summary>
    public static string MarkRefilled(TableName table) =>
        $"INSERT INTO migplan_ledger.entry (digest) SELECT '{RefilledMark}' || pg_catalog.format('%I.%I', {SqlText.Literal(table.Schema)}, {SqlText.Literal(table.Name)}) ON CONFLICT DO NOTHING";

    /// <summary>The tables that were filled again.</summary>
    public static Task<ImmutableArray<TableName>> ReadRefilledAsync(NpgsqlConnection target, CancellationToken cancellationToken) => target.QueryAsync(RefilledSql, ReadName, cancellationToken);

    private static TableName ReadName(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1));

    private static async Task<bool> HasRowsAsync(NpgsqlConnection target, string part, CancellationToken cancellationToken)
    {
        try
        {
            return (await target.QueryAsync($"SELECT EXISTS (SELECT FROM ONLY {part})", row => row.GetBoolean(0), cancellationToken))[0];
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // Its rows are hidden from the login, which could bring none either.
            return true;
        }
    }
}
