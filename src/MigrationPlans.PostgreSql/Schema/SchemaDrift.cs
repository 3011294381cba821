using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Keeps a run that goes on from mixing two states of the source's schema: objects of the first one are there, and what
/// follows is of the one now.
/// </summary>
internal static class SchemaDrift
{
    // All that hold rows or numbers but what extensions bring; sequences of identity columns go with their tables. What a run created
    // is recorded in the ledger by the same transaction, and the row of a system column is never written again: where the ledger knows
    // no such transaction, somebody else created the relation.
    private const string RelationsSql =
        """
        SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, n.nspname::pg_catalog.text, c.relname::pg_catalog.text
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'f', 'm', 'S') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname OPERATOR(pg_catalog.<>) ALL ('{information_schema,migplan_ledger}')
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                            WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid OPERATOR(pg_catalog.=) c.oid AND d.objsubid OPERATOR(pg_catalog.=) 0
                              AND (d.deptype OPERATOR(pg_catalog.=) 'e' OR (d.deptype OPERATOR(pg_catalog.=) 'i' AND c.relkind OPERATOR(pg_catalog.=) 'S')))
           AND EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN migplan_ledger.entry l ON l.xmin OPERATOR(pg_catalog.=) a.xmin
                        WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attname OPERATOR(pg_catalog.=) 'ctid')
         ORDER BY 2, 3
        """;

    /// <param name="readEntriesAsync">The source's as they are now, as they run on the target.</param>
    /// <param name="target">Its ledger tells what is there.</param>
    /// <param name="context">Knows whether an earlier run created the objects; otherwise this run does so itself, from what it has read.</param>
    /// <returns>What was created or changed on the source since.</returns>
    public static async Task<ImmutableArray<SchemaEntry>> FindAsync(
        Func<CancellationToken, Task<ImmutableArray<SchemaEntry>>> readEntriesAsync,
        NpgsqlConnection target,
        StepContext context,
        CancellationToken cancellationToken)
    {
        if (!context.DoneBefore.Contains(RestoreSchemaStep.KindName))
        {
            return [];
        }

        var entries = await readEntriesAsync(cancellationToken);
        var restored = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        return [.. entries.Where(entry => entry.Section == SchemaSection.PreData
            && !restored.Contains(entry.Digest)
            && !EntryKinds.IsRemark(entry)
            && !PostDataEntries.IsPrivilege(entry))];
    }

    /// <exception cref="StepFailedException">There is something among them that rows are in, or values are of, and more than its owner changed.</exception>
    public static async Task RefuseAsync(ImmutableArray<SchemaEntry> changed, NpgsqlConnection target, StepContext context, CancellationToken cancellationToken)
    {
        if (!changed.Any(IsOfRows))
        {
            return;
        }

        var restored = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        var roles = await target.QueryAsync("SELECT rolname::pg_catalog.text FROM pg_catalog.pg_roles", row => row.GetString(0), cancellationToken);
        var refused = changed.Where(entry => IsOfRows(entry)
            && !roles.Any(role => restored.Contains(DigestUnder(role, entry)) || restored.Contains(DigestUnder(SqlText.Identifier(role), entry)))).ToList();
        if (refused.Count > 0)
        {
            throw new StepFailedException(
                ResumeDiagnostics.SourceSchemaChanged(context.Mapping.Address, context.Mapping.From.ToString(), refused[0].Describe(), refused.Count - 1),
                FailureClass.Permanent);
        }
    }

    /// <summary>What an earlier run created and the source has no more would stay, with the rows of then, and differ for ever.</summary>
    /// <param name="entries">Of <see cref="FindAsync"/>.</param>
    /// <exception cref="StepFailedException">There are such tables, materialized views or sequences.</exception>
    public static async Task RefuseDroppedAsync(
        ImmutableArray<SchemaEntry> entries, NpgsqlConnection target, StepContext context, CancellationToken cancellationToken)
    {
        if (!context.DoneBefore.Contains(CreateDatabaseStep.KindName))
        {
            return;
        }

        var there = await target.QueryAsync(RelationsSql, row => (Kind: row.GetString(0), Schema: row.GetString(1), Name: row.GetString(2)), cancellationToken);
        var known = entries.Where(IsOfRows).Select(EntryNames.Qualified).OfType<(string Schema, string Name)>().ToHashSet();
        var dropped = there.Where(relation => !known.Contains((relation.Schema, relation.Name))).ToList();
        if (dropped.Count > 0)
        {
            var first = $"{dropped[0].Kind} {dropped[0].Schema}.{dropped[0].Name}";
            throw new StepFailedException(
                ResumeDiagnostics.SourceObjectsDropped(context.Mapping.Address, context.Mapping.From.ToString(), first, dropped.Count - 1),
                FailureClass.Permanent);
        }
    }

    /// <summary>Without what hangs on objects that came to the source later: a grant on a new function.</summary>
    public static async Task<SchemaArchive> WithoutAbsentAsync(
        SchemaArchive archive, ImmutableArray<SchemaEntry> changed, NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var absent = new HashSet<int>();
        await using var look = await target.BeginTransactionAsync(cancellationToken);
        // Attachments of partitions and the like are no objects of their own.
        foreach (var entry in changed.Where(entry => entry.CatalogOid != 0))
        {
            var lookups = await source.QueryAsync(
                "SELECT pg_catalog.format('SELECT pg_catalog.pg_get_object_address(%L, %L::pg_catalog.text[], %L::pg_catalog.text[])', a.type, a.object_names, a.object_args) FROM pg_catalog.pg_identify_object_as_address($1::pg_catalog.oid, $2::pg_catalog.oid, 0) a WHERE a.type IS NOT NULL",
                row => row.GetString(0),
                cancellationToken,
                (long)entry.CatalogOid,
                (long)entry.ObjectOid);
            if (lookups.IsEmpty || await target.TryAsync(lookups[0], cancellationToken) is not null)
            {
                absent.Add(entry.Id);
            }
        }

        foreach (var entry in archive.In(SchemaSection.PostData).Where(entry => entry.DependsOn.Any(absent.Contains)))
        {
            absent.Add(entry.Id);
        }

        return archive with { Entries = [.. archive.Entries.Where(entry => !absent.Contains(entry.Id))] };
    }

    /// <summary>Whether the target decides about it plays no part in any of these.</summary>
    private static bool IsOfRows(SchemaEntry entry) =>
        entry.Kind is "TABLE" or "FOREIGN TABLE" or "TABLE ATTACH" or "TYPE" or "DOMAIN" or "SEQUENCE" or "MATERIALIZED VIEW";

    /// <summary>That of the same object if it had another owner, before roles are mapped.</summary>
    /// <param name="role">As in a statement: pg_restore, which writes this one, quotes names that need it.</param>
    private static string DigestUnder(string role, SchemaEntry entry) =>
        SchemaEntry.DigestOf(entry.Kind, entry.Schema, entry.Tag, RolePlaces.WithOwner(entry, role));
}
