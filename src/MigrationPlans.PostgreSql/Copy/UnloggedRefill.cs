using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Wire;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// Fills unlogged tables again that a crash of the target emptied after their copy was done. By then they have their triggers and foreign
/// keys. All in one transaction, as keys may lead from one to another.
/// </summary>
internal sealed class UnloggedRefill(PostgresConnector connector, SourceSnapshots snapshots)
{
    // Of all parts of a root, because its rows may go into any. Below 15 a partition's trigger that comes from its root's counts as internal.
    private const string TriggersSql =
        """
        SELECT pg_catalog.format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', t.tgrelid::pg_catalog.regclass, t.tgname),
               pg_catalog.format('ALTER TABLE ONLY %s ENABLE %sTRIGGER %I', t.tgrelid::pg_catalog.regclass, CASE t.tgenabled WHEN 'R' THEN 'REPLICA ' WHEN 'A' THEN 'ALWAYS ' ELSE '' END, t.tgname)
        FROM pg_catalog.pg_trigger t
        WHERE NOT (t.tgisinternal AND t.tgconstraint OPERATOR(pg_catalog.<>) 0) AND t.tgenabled OPERATOR(pg_catalog.<>) 'D'
          AND t.tgrelid OPERATOR(pg_catalog.=) ANY (SELECT p.oid FROM pg_catalog.unnest($1) AS n (name)
            CROSS JOIN LATERAL (SELECT pg_catalog.to_regclass(n.name)::pg_catalog.oid UNION SELECT r.relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(n.name)) r) p (oid))
        """;

    // A key of a partitioned table holds for its parts, and what it refers to may be in any part.
    private const string ReferencesSql =
        """
        SELECT DISTINCT f.oid, t.oid
        FROM pg_catalog.pg_constraint k
        CROSS JOIN LATERAL (SELECT k.conrelid UNION SELECT p.relid FROM pg_catalog.pg_partition_tree(k.conrelid) p) a (oid)
        CROSS JOIN LATERAL (SELECT k.confrelid UNION SELECT p.relid FROM pg_catalog.pg_partition_tree(k.confrelid) p) b (oid)
        JOIN pg_catalog.pg_class f ON f.oid OPERATOR(pg_catalog.=) a.oid AND f.relpersistence OPERATOR(pg_catalog.=) 'u'
        JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) b.oid AND t.relpersistence OPERATOR(pg_catalog.=) 'u'
        WHERE k.contype OPERATOR(pg_catalog.=) 'f' AND k.conparentid OPERATOR(pg_catalog.=) 0
        """;

    private const string MixedTreesSql =
        """
        SELECT n.name FROM pg_catalog.unnest($1) AS n (name)
        WHERE EXISTS (SELECT FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(n.name)) p JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) p.relid
                       WHERE p.isleaf AND c.relpersistence OPERATOR(pg_catalog.<>) 'u')
        """;

    private const string SequencesSql =
        """
        SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.relkind OPERATOR(pg_catalog.=) 'S' AND c.relpersistence OPERATOR(pg_catalog.=) 'u'
        """;

    /// <exception cref="StepFailedException">They can't be filled again.</exception>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        if (!await TargetLedger.ExistsAsync(target, cancellationToken))
        {
            return;
        }

        if (!(await EmptiedTables.FindAsync(target, cancellationToken)).IsEmpty)
        {
            await using var claim = await TargetClaim.TakeAsync(target, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
            await LeftoverSessions.EndAsync(target, context.Mapping.To.ToString(), context.Clock, cancellationToken);
            // A session that is gone by now may have filled them.
            var emptied = await EmptiedTables.FindAsync(target, cancellationToken);
            if (!emptied.IsEmpty)
            {
                await RefillAsync(emptied, target, context, cancellationToken);
            }
        }

        await SetSequencesAsync(context, target, cancellationToken);
    }

    private async Task RefillAsync(ImmutableArray<TableName> emptied, NpgsqlConnection target, StepContext context, CancellationToken cancellationToken)
    {
        if (context.Mapping.Strategy != Strategy.Stream)
        {
            throw Refusal(context, emptied, "their rows came from an archive");
        }

        try
        {
            var snapshot = await snapshots.HoldAsync(context, cancellationToken);
            await using var session = await CopySession.OpenAsync(context, connector, snapshot, target, cancellationToken);
            var tables = session.Tables.Where(table => emptied.Contains(table.Name)).ToImmutableArray();
            string[] roots = [.. tables.Select(table => table.Through?.Sql).OfType<string>().Distinct(StringComparer.Ordinal)];
            if (await target.QueryAsync(MixedTreesSql, row => row.GetString(0), cancellationToken, [roots]) is [var mixed, ..])
            {
                throw Refusal(context, emptied, $"a row may belong into any part of {mixed}, some of which are unlogged and others not");
            }

            await FillAsync(session, await InOrderAsync(tables, target, cancellationToken), target, context, emptied, cancellationToken);
        }
        catch (Exception exception) when (WireErrors.IsOurs(exception))
        {
            throw WireErrors.Translate(exception, $"{context.Mapping.From} to {context.Mapping.To}");
        }
        finally
        {
            await snapshots.ReleaseAsync(context.Mapping.Address);
        }
    }

    private static async Task<ImmutableArray<TableCopy>> InOrderAsync(
        ImmutableArray<TableCopy> tables, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var references = (await target.QueryAsync(ReferencesSql, row => (From: row.GetFieldValue<uint>(0), To: row.GetFieldValue<uint>(1)), cancellationToken))
            .ToLookup(key => key.From, key => key.To);
        return ConfigurationLinks.InOrder(tables, table => table.Target.Oid, table => [.. references[table.Target.Oid]]);
    }

    private static async Task FillAsync(
        CopySession session,
        ImmutableArray<TableCopy> tables,
        NpgsqlConnection target,
        StepContext context,
        ImmutableArray<TableName> emptied,
        CancellationToken cancellationToken)
    {
        string[] names = [.. tables.Select(table => (table.Through ?? table.Name).Sql).Distinct(StringComparer.Ordinal)];
        var triggers = await target.QueryAsync(TriggersSql, row => (Off: row.GetString(0), On: row.GetString(1)), cancellationToken, [names]);
        await using var writer = await session.OpenWriterAsync(cancellationToken);
        var reader = await session.Readers.RentAsync(cancellationToken);
        try
        {
            // Keys that may wait do, for those that go in circles.
            await writer.ExecuteAsync(
                string.Join(";\n", ["BEGIN", "SET CONSTRAINTS ALL DEFERRED", .. triggers.Select(trigger => trigger.Off)]),
                cancellationToken);
            var notes = new List<string>();
            foreach (var table in tables)
            {
                var totals = await CopyRelay.RunAsync(reader, writer, before: "", [CopySql.Relay(table, chunk: null, freeze: false)], cancellationToken);
                SnapshotTables.RequireSame(table.Source, totals[0], context.Mapping.From.ToString());
                notes.AddRange([ChunkLedger.Recount(table.Name.Schema, table.Name.Name, totals[0].Rows), EmptiedTables.MarkRefilled(table.Name)]);
            }

            // No table with a check that is still to come can have its triggers back.
            await writer.ExecuteAsync(
                string.Join(";\n", [.. notes, EmptiedTables.MarkNoCrash, "SET CONSTRAINTS ALL IMMEDIATE", .. triggers.Select(trigger => trigger.On), "COMMIT"]),
                cancellationToken);
        }
        catch (WireException exception) when (PostgresErrors.ClassOf(exception.Error.SqlState) == FailureClass.Permanent)
        {
            throw Refusal(context, emptied, exception.Message, PostgresErrors.DetailOf(exception.Error.SqlState, exception.Error.Detail), exception);
        }

        session.Readers.Return(reader);
    }

    private static StepFailedException Refusal(
        StepContext context, ImmutableArray<TableName> emptied, string reason, string? detail = null, Exception? cause = null) =>
        new(CopyDiagnostics.UnloggedLost(context.Mapping.To.ToString(), emptied[0].ToString(), emptied.Length, reason, detail), FailureClass.Permanent, cause);

    /// <summary>From 15 on, a crash takes an unlogged table's sequences back to their beginning, be the table empty or not.</summary>
    private async Task SetSequencesAsync(StepContext context, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var unlogged = await target.QueryAsync(SequencesSql, row => (row.GetString(0), row.GetString(1)), cancellationToken);
        if (unlogged.IsEmpty)
        {
            return;
        }

        await using var source = await connector.OpenAsync(Sides.Source(context), context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken);
        var (_, behind) = await Sequences.CompareAsync(source, target, context.Mapping, onlyOfExtensions: false, cancellationToken);
        await Sequences.SetAsync(target, [.. behind.Where(position => unlogged.Contains((position.Schema, position.Name)))], cancellationToken);
    }

    private Task<NpgsqlConnection> OpenTargetAsync(StepContext context, CancellationToken cancellationToken) =>
        connector.OpenAsync(Sides.Target(context), context.Mapping.To.Database, SessionKind.Target, cancellationToken);
}
