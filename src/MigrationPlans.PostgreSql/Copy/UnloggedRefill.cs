using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Wire;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// Fills unlogged tables again that a crash of the target emptied after their copy was done. By then they have their triggers and foreign keys. All in one transaction: where one of them has rows, no crash
/// emptied them.
/// </summary>
internal sealed class UnloggedRefill(PostgresConnector connector, SourceSnapshots snapshots)
{
    private const string TriggersSql =
        """
        SELECT pg_catalog.format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', t.tgrelid::pg_catalog.regclass, t.tgname),
               pg_catalog.format('ALTER TABLE ONLY %s ENABLE %sTRIGGER %I', t.tgrelid::pg_catalog.regclass, CASE t.tgenabled WHEN 'R' THEN 'REPLICA ' WHEN 'A' THEN 'ALWAYS ' ELSE '' END, t.tgname)
        FROM pg_catalog.pg_trigger t
        WHERE NOT t.tgisinternal AND t.tgenabled OPERATOR(pg_catalog.<>) 'D' AND t.tgrelid OPERATOR(pg_catalog.=) ANY (SELECT pg_catalog.to_regclass(name)::pg_catalog.oid FROM pg_catalog.unnest($1) AS n (name))
        """;

    private const string ReferencesSql = "SELECT conrelid, confrelid FROM pg_catalog.pg_constraint WHERE contype OPERATOR(pg_catalog.=) 'f'";

    /// <returns>A finding where there were any.</returns>
    public async Task<ImmutableArray<Diagnostic>> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await connector.OpenAsync(Sides.Target(context), context.Mapping.To.Database, SessionKind.Target, cancellationToken);
        if (!await TargetLedger.ExistsAsync(target, cancellationToken) || await EmptiedTables.FindAsync(target, cancellationToken) is not [var first, ..] emptied)
        {
            return [];
        }

        try
        {
            var snapshot = await snapshots.HoldAsync(context, cancellationToken);
            await using var session = await CopySession.OpenAsync(context, connector, snapshot, target, cancellationToken);
            await FillAsync(session, await InOrderAsync([.. session.Tables.Where(table => emptied.Contains(table.Name))], target, cancellationToken), target, context.Mapping.From.ToString(), cancellationToken);
        }
        catch (Exception exception) when (WireErrors.IsOurs(exception))
        {
            throw WireErrors.Translate(exception, $"{context.Mapping.From} to {context.Mapping.To}");
        }
        finally
        {
            await snapshots.ReleaseAsync(context.Mapping.Address);
        }

        await SetSequencesAsync(context, target, cancellationToken);
        return [CopyDiagnostics.UnloggedEmptied(context.Mapping.To.ToString(), first.ToString(), emptied.Length)];
    }

    private static async Task<ImmutableArray<TableCopy>> InOrderAsync(ImmutableArray<TableCopy> tables, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var references = (await target.QueryAsync(ReferencesSql, row => (From: row.GetFieldValue<uint>(0), To: row.GetFieldValue<uint>(1)), cancellationToken)).ToLookup(key => key.From, key => key.To);
        return ConfigurationLinks.InOrder(tables, table => table.Target.Oid, table => [.. references[table.Target.Oid]]);
    }

    private static async Task FillAsync(CopySession session, ImmutableArray<TableCopy> tables, NpgsqlConnection target, string subject, CancellationToken cancellationToken)
    {
        string[] names = [.. tables.SelectMany(table => new[] { table.Name, table.Through ?? table.Name }).Select(name => name.Sql).Distinct()];
        var triggers = await target.QueryAsync(TriggersSql, row => (Off: row.GetString(0), On: row.GetString(1)), cancellationToken, [names]);
        await using var writer = await session.OpenWriterAsync(cancellationToken);
        var reader = await session.Readers.RentAsync(cancellationToken);
        await writer.ExecuteAsync(string.Join(";\n", triggers.Select(trigger => trigger.Off).Prepend("BEGIN")), cancellationToken);
        var counts = new List<string>();
        foreach (var table in tables)
        {
            var totals = await CopyRelay.RunAsync(reader, writer, before: "", [CopySql.Relay(table, chunk: null, freeze: false)], cancellationToken);
            SnapshotTables.RequireSame(table.Source, totals[0], subject);
            counts.Add(ChunkLedger.Recount(table.Name.Schema, table.Name.Name, totals[0].Rows));
        }

        await writer.ExecuteAsync(string.Join(";\n", [.. counts, .. triggers.Select(trigger => trigger.On), "COMMIT"]), cancellationToken);
        session.Readers.Return(reader);
    }

    /// <summary>From 15 on, a crash takes an unlogged table's sequences back to their beginning.</summary>
    private async Task SetSequencesAsync(StepContext context, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var source = await connector.OpenAsync(Sides.Source(context), context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken);
        await Sequences.SetAsync(target, (await Sequences.CompareAsync(source, target, context.Mapping, onlyOfExtensions: false, cancellationToken)).Behind, cancellationToken);
    }
}
