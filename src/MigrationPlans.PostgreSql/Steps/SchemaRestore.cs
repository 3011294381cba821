using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Memberships;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Creates the objects of an archive's pre-data section that the ledger does not show yet; for every strategy that has such an archive.</summary>
/// <param name="target">A session in the target database.</param>
/// <param name="openTarget">Opens more of them.</param>
internal sealed class SchemaRestore(NpgsqlConnection target, Func<CancellationToken, Task<NpgsqlConnection>> openTarget, Step step, StepContext context)
{
    /// <summary>So many entries of tables are made by several sessions; for fewer it does not pay to open them.</summary>
    private const int ManyEntries = 400;

    /// <summary>Parts for each worker, so that all end at about the same time.</summary>
    private const int Rounds = 4;

    private int done;

    private string Subject => context.Mapping.To.ToString();

    /// <summary>Entries that are not there yet.</summary>
    public async Task<ImmutableArray<SchemaEntry>> MissingAsync(SchemaArchive archive, CancellationToken cancellationToken)
    {
        var restored = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        return [.. archive.In(SchemaSection.PreData).Where(entry => !restored.Contains(entry.Digest))];
    }

    /// <param name="memberships">Of the login in the owners' roles; only a login that is no superuser needs them.</param>
    /// <returns>How many objects were created.</returns>
    public async Task<int> RunAsync(SchemaArchive archive, TemporaryMemberships memberships, CancellationToken cancellationToken)
    {
        await BeginAsync(archive, memberships, cancellationToken);
        await LeftoverSessions.EndAsync(target, Subject, context.Clock, cancellationToken);
        var missing = await MissingAsync(archive, cancellationToken);
        if (missing.Length == archive.In(SchemaSection.PreData).Count())
        {
            // The note says that all of this is done, which no entry tells where there is none.
            await using var transaction = await target.BeginTransactionAsync(cancellationToken);
            await PreparedSchemas.ClearAsync(target, missing, cancellationToken);
            await DefaultPrivilegesReset.RunAsync(target, SelectionFilter.For(context.Mapping), cancellationToken);
            if (archive.PublicByDump is { } dumpMajor)
            {
                await PublicSchemaReset.RunAsync(target, dumpMajor, archive.PublicOwner, cancellationToken);
            }

            await FixedSchemas.NoteAsync(target, archive.FixedSchemas, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        if (archive.TargetIsSuperuser)
        {
            await RunAsync(missing, archive, cancellationToken);
        }
        else
        {
            await RunAsync([.. missing.Where(IsSchema)], archive, cancellationToken);
            await new CreationRights(target).AllowAsync(archive.Entries, cancellationToken);
            await RunAsync([.. missing.Where(entry => !IsSchema(entry))], archive, cancellationToken);
        }

        return missing.Length;
    }

    /// <summary>The ledger and the memberships in one turn: a database that ends meanwhile sees both, and leaves us the memberships.</summary>
    private async Task BeginAsync(SchemaArchive archive, TemporaryMemberships memberships, CancellationToken cancellationToken)
    {
        if (archive.TargetIsSuperuser)
        {
            await TargetLedger.RequireAsync(target, context.Plan.Name, context.Lineage, Subject, cancellationToken);
            return;
        }

        await context.RecordCreatedAsync(memberships.Resource);
        await using var turn = await memberships.TakeTurnAsync(cancellationToken);
        await TargetLedger.RequireAsync(target, context.Plan.Name, context.Lineage, Subject, cancellationToken);
        await new NotedMemberships(target, Subject).JoinAsync(archive.Acting, cancellationToken);
    }

    private async Task RunAsync(ImmutableArray<SchemaEntry> entries, SchemaArchive archive, CancellationToken cancellationToken)
    {
        done = 0;
        foreach (var families in EntryFamilies.Cut(entries, archive.Entries, ManyEntries))
        {
            await (families.Length == 1 || context.Parallelism == 1
                ? RunInOrderAsync(target, [.. families.SelectMany(family => family)], entries.Length, cancellationToken)
                : RunAtOnceAsync(EntryFamilies.Pack(families, context.Parallelism * Rounds), entries.Length, cancellationToken));
        }
    }

    private async Task RunAtOnceAsync(IEnumerable<ImmutableArray<SchemaEntry>> parts, int total, CancellationToken cancellationToken)
    {
        using var graph = new WorkGraph([.. parts.Select(part => new WorkItem
        {
            Key = part[0].Digest,
            Weight = part.Length,
            RunAsync = (connection, token) => RunInOrderAsync(connection, part, total, token),
        })]);
        await graph.RunAsync(context.Parallelism, openTarget, context.Stopping, cancellationToken);
    }

    private Task RunInOrderAsync(NpgsqlConnection connection, ImmutableArray<SchemaEntry> entries, int total, CancellationToken cancellationToken) =>
        new SchemaEntryRunner(connection, Subject)
            .RunInBatchesAsync(entries, count => Report(Interlocked.Add(ref done, count), total), context.Stopping, cancellationToken);

    private static bool IsSchema(SchemaEntry entry) => entry.Kind == "SCHEMA";

    private void Report(int count, int total)
    {
        var progress = new StepProgress(
            $"{count} of {total} objects", TablesDone: 0, TablesTotal: 0, RowsDone: 0, BytesDone: 0, BytesTotal: 0, IndexesDone: 0, IndexesTotal: 0);
        context.Events.Publish(new StepProgressed(step, progress) { At = context.Clock.GetUtcNow() });
    }
}
