using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Creates the objects of the pre-data section that the ledger does not show yet.</summary>
public sealed class RestoreSchemaHandler(PostgresConnector connector, SchemaArchives archives) : PostgresStepHandler<RestoreSchemaStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(RestoreSchemaStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        if (await TargetLedger.FindOwnerAsync(target, cancellationToken) is null)
        {
            return StepObservation.NotDone("nothing is restored yet");
        }

        var archive = await archives.GetAsync(context, cancellationToken);
        var missing = await MissingAsync(target, archive, cancellationToken);
        return missing.IsEmpty
            ? StepObservation.Done("all objects are there")
            : StepObservation.NotDone($"{missing.Length} objects are missing, {missing[0].Describe()} among them");
    }

    protected override async Task<StepResult> DoAsync(RestoreSchemaStep step, StepContext context, CancellationToken cancellationToken)
    {
        var archive = await archives.GetAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        await BeginAsync(target, archive, context, cancellationToken);
        var missing = await MissingAsync(target, archive, cancellationToken);
        var runner = new SchemaEntryRunner(target, context.Mapping.To.ToString());
        if (archive.TargetIsSuperuser)
        {
            await RunAsync(missing);
        }
        else
        {
            var grants = new TemporaryGrants(target, context.Mapping.To.ToString());
            await RunAsync([.. missing.Where(IsSchema)]);
            await grants.AllowCreationAsync(archive.Entries, cancellationToken);
            await RunAsync([.. missing.Where(entry => !IsSchema(entry))]);
        }

        await using (var source = await OpenSourceAsync(context, cancellationToken))
        {
            await MultirangeOwners.AlignAsync(source, target, context.Mapping, cancellationToken);
        }

        return new StepResult($"{missing.Length} objects") { Notes = archive.Notes };

        Task RunAsync(ImmutableArray<SchemaEntry> entries) =>
            runner.RunInBatchesAsync(entries, done => Report(step, context, done, entries.Length), context.Stopping, cancellationToken);
    }

    private static bool IsSchema(SchemaEntry entry) => entry.Kind == "SCHEMA";

    /// <summary>The ledger and the memberships in one turn: a database that ends meanwhile sees both, and leaves us the memberships.</summary>
    private async Task BeginAsync(NpgsqlConnection target, SchemaArchive archive, StepContext context, CancellationToken cancellationToken)
    {
        if (archive.TargetIsSuperuser)
        {
            await TakeLedgerAsync(target, context, cancellationToken);
            return;
        }

        await using var turn = await new TemporaryMemberships(Connector, context.Manifest, context.Mapping.To).TakeTurnAsync(cancellationToken);
        await TakeLedgerAsync(target, context, cancellationToken);
        await new TemporaryGrants(target, context.Mapping.To.ToString()).JoinOwnersAsync(archive.Entries, cancellationToken);
    }

    private static async Task TakeLedgerAsync(NpgsqlConnection target, StepContext context, CancellationToken cancellationToken)
    {
        await TargetLedger.EnsureAsync(target, context.Plan.Name, cancellationToken);
        if (await TargetLedger.FindOwnerAsync(target, cancellationToken) is { } owner && owner != context.Plan.Name)
        {
            throw new StepFailedException(SchemaDiagnostics.ForeignLedger(context.Mapping.To.ToString(), owner), FailureClass.Permanent);
        }
    }

    private static async Task<ImmutableArray<SchemaEntry>> MissingAsync(NpgsqlConnection target, SchemaArchive archive, CancellationToken cancellationToken)
    {
        var restored = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        return [.. archive.In(SchemaSection.PreData).Where(entry => !restored.Contains(entry.Digest))];
    }

    private static void Report(RestoreSchemaStep step, StepContext context, int done, int total)
    {
        var progress = new StepProgress($"{done} of {total} objects", TablesDone: 0, TablesTotal: 0, RowsDone: 0, BytesDone: 0, BytesTotal: 0, IndexesDone: 0, IndexesTotal: 0);
        context.Events.Publish(new StepProgressed(step, progress) { At = context.Clock.GetUtcNow() });
    }
}
