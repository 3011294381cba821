using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Creates the objects of an archive's pre-data section that the ledger does not show yet; for every strategy that has such an archive.</summary>
internal sealed class SchemaRestore(NpgsqlConnection target, Step step, StepContext context)
{
    private string Subject => context.Mapping.To.ToString();

    /// <summary>Entries that are not there yet.</summary>
    public async Task<ImmutableArray<SchemaEntry>> MissingAsync(SchemaArchive archive, CancellationToken cancellationToken)
    {
        var restored = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        return [.. archive.In(SchemaSection.PreData).Where(entry => !restored.Contains(entry.Digest))];
    }

    /// <summary>Makes sure that the ledger is there and is this plan's.</summary>
    /// <exception cref="StepFailedException">It is another plan's.</exception>
    public async Task TakeLedgerAsync(CancellationToken cancellationToken)
    {
        await TargetLedger.EnsureAsync(target, context.Plan.Name, cancellationToken);
        if (await TargetLedger.FindOwnerAsync(target, cancellationToken) is { } owner && owner != context.Plan.Name)
        {
            throw new StepFailedException(SchemaDiagnostics.ForeignLedger(Subject, owner), FailureClass.Permanent);
        }
    }

    /// <param name="memberships">Of the login in the owners' roles; only a login that is no superuser needs them.</param>
    /// <returns>How many objects were created.</returns>
    public async Task<int> RunAsync(SchemaArchive archive, TemporaryMemberships memberships, CancellationToken cancellationToken)
    {
        await BeginAsync(archive, memberships, cancellationToken);
        await LeftoverSessions.EndAsync(target, Subject, context.Clock, cancellationToken);
        var missing = await MissingAsync(archive, cancellationToken);
        if (archive.TargetIsSuperuser)
        {
            await RunAsync(missing, cancellationToken);
        }
        else
        {
            var grants = new TemporaryGrants(target, Subject);
            await RunAsync([.. missing.Where(IsSchema)], cancellationToken);
            await grants.AllowCreationAsync(archive.Entries, cancellationToken);
            await RunAsync([.. missing.Where(entry => !IsSchema(entry))], cancellationToken);
        }

        return missing.Length;
    }

    /// <summary>The ledger and the memberships in one turn: a database that ends meanwhile sees both, and leaves us the memberships.</summary>
    private async Task BeginAsync(SchemaArchive archive, TemporaryMemberships memberships, CancellationToken cancellationToken)
    {
        if (archive.TargetIsSuperuser)
        {
            await TakeLedgerAsync(cancellationToken);
            return;
        }

        await using var turn = await memberships.TakeTurnAsync(cancellationToken);
        await TakeLedgerAsync(cancellationToken);
        await new TemporaryGrants(target, Subject).JoinOwnersAsync(archive.Entries, cancellationToken);
    }

    private Task RunAsync(ImmutableArray<SchemaEntry> entries, CancellationToken cancellationToken) =>
        new SchemaEntryRunner(target, Subject).RunInBatchesAsync(entries, done => Report(done, entries.Length), context.Stopping, cancellationToken);

    private static bool IsSchema(SchemaEntry entry) => entry.Kind == "SCHEMA";

    private void Report(int done, int total)
    {
        var progress = new StepProgress($"{done} of {total} objects", TablesDone: 0, TablesTotal: 0, RowsDone: 0, BytesDone: 0, BytesTotal: 0, IndexesDone: 0, IndexesTotal: 0);
        context.Events.Publish(new StepProgressed(step, progress) { At = context.Clock.GetUtcNow() });
    }
}
