using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Archives;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Memberships;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Restores the archive: objects, rows, then indexes and constraints. What the ledger shows is not done again; rows come wholly or anew.</summary>
internal sealed class RestoreArchiveHandler(PostgresConnector connector, string baseDirectory) : TargetStepHandler<RestoreArchiveStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(RestoreArchiveStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var archive = ArchiveDocument.TryRead(ArchivePlace.Of(context, baseDirectory));
        if (!ArchiveMarks.IsRestored(await TargetLedger.ReadEntriesAsync(target, cancellationToken), archive))
        {
            return StepObservation.NotDone("the archive is not restored yet");
        }

        return step.Keeps || !Directory.Exists(ArchivePlace.Of(context, baseDirectory))
            ? StepObservation.Done("the archive is restored")
            : StepObservation.NotDone("the archive is restored and not deleted yet");
    }

    protected override async Task<StepResult> DoAsync(RestoreArchiveStep step, StepContext context, CancellationToken cancellationToken)
    {
        var directory = ArchivePlace.Of(context, baseDirectory);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        await using var claim = await TargetClaim.TakeAsync(target, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
        var schema = new SchemaRestore(target, token => OpenTargetAsync(context, token), step, context);
        var result = new StepResult("restored before");
        if (!ArchiveMarks.IsRestored(await TargetLedger.ReadEntriesAsync(target, cancellationToken), ArchiveDocument.TryRead(directory)))
        {
            result = await RestoreAsync(step, context, directory, target, schema, cancellationToken);
        }

        if (!step.Keeps)
        {
            ArchiveFiles.Remove(directory);
            await context.RecordRemovedAsync(new CreatedResource("archive", context.Mapping.To.Endpoint, directory));
        }

        return result;
    }

    private async Task<StepResult> RestoreAsync(
        RestoreArchiveStep step, StepContext context, string directory, NpgsqlConnection target, SchemaRestore schema, CancellationToken cancellationToken)
    {
        var subject = context.Mapping.From.ToString();
        if (ArchiveDocument.TryRead(directory) is not { FinishedAt: not null } archive)
        {
            throw new StepFailedException(ArchiveDiagnostics.ArchiveMissing(subject, directory), FailureClass.Permanent);
        }

        await DumpArchiveHandler.RefuseChangedAsync(directory, archive, context, cancellationToken);
        var tools = await ArchiveTools.FindForRestoreAsync(archive, subject, cancellationToken);
        var content = await ArchiveContent.ReadAsync(Connector, tools, directory, context, cancellationToken);
        var memberships = new TemporaryMemberships(Connector, context.Manifest, context.Mapping.To);
        var created = await schema.RunAsync(content.Schema with { Entries = content.WithoutLargeObjects }, memberships, cancellationToken);
        var left = await AlignTypesAsync(context, target, cancellationToken);
        var settings = await ComputingSettings.ReadAsync(Connector, context, target, cancellationToken);
        if (!ArchiveMarks.HasRows(await TargetLedger.ReadEntriesAsync(target, cancellationToken), archive))
        {
            await BringRowsAsync(archive, content, new ArchiveRows(Connector, tools, settings, step, context), directory, context, target, cancellationToken);
        }

        await AlignExtensionSequencesAsync(context, target, cancellationToken);
        await target.ExecuteAsync(settings.Sql, cancellationToken);
        var constraints = await new ConstraintRestore(target, token => settings.ApplyAsync(OpenWorkerAsync(context, token), token), context)
            .RunAsync(content.Schema, cancellationToken);
        var broken = await AlignConstraintsAsync(context, target, cancellationToken);
        await ArchiveMarks.EndAsync(target, archive, cancellationToken);
        return new StepResult($"{Counts.Of(created, "object")}, {Counts.Of(archive.Tables.Length, "table")}, {constraints}")
        {
            Notes = [.. content.Schema.Notes, .. left, .. broken],
        };
    }

    // What no archive holds; of extensions, not all sequences are in one.

    private async Task<ImmutableArray<Diagnostic>> AlignTypesAsync(StepContext context, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        await IdentitySequences.AlignAsync(source, target, cancellationToken);
        return await MultirangeTypes.AlignAsync(source, target, context.Mapping, cancellationToken);
    }

    private async Task AlignExtensionSequencesAsync(StepContext context, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        await Sequences.SetAsync(
            target,
            (await Sequences.CompareAsync(source, target, context.Mapping, onlyOfExtensions: true, cancellationToken)).Behind,
            cancellationToken);
    }

    private async Task<ImmutableArray<Diagnostic>> AlignConstraintsAsync(StepContext context, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        await PartitionKeyNames.AlignAsync(source, target, cancellationToken);
        await InheritedComments.AlignAsync(source, target, cancellationToken);
        return await InheritedChecks.AlignAsync(source, target, context.Mapping.To.ToString(), cancellationToken);
    }

    private static async Task BringRowsAsync(
        ArchiveDocument archive,
        ArchiveContent content,
        ArchiveRows rows,
        string directory,
        StepContext context,
        NpgsqlConnection target,
        CancellationToken cancellationToken)
    {
        var subject = context.Mapping.To.ToString();
        var ledger = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        if (ArchiveMarks.HasRowsOfAnother(ledger, archive))
        {
            throw new StepFailedException(ArchiveDiagnostics.OtherArchive(subject), FailureClass.Permanent);
        }

        if (ArchiveMarks.HasBegun(ledger))
        {
            await new TargetReset(target, subject, context.Clock).RunAsync(cancellationToken);
        }

        await ArchiveMarks.BeginAsync(target, archive, cancellationToken);
        await new SchemaEntryRunner(target, subject).RunInBatchesAsync(content.LargeObjects, _ => { }, context.Stopping, cancellationToken);
        await rows.RestoreAsync(directory, archive, content.ExtensionData, isOrdered: true, denied: null, cancellationToken);
        if (!content.CronJobs.IsEmpty)
        {
            // They come awake, and pg_restore knows no other way: as the last of the extensions' rows, so that they are put to sleep at once.
            await rows.RestoreAsync(directory, archive, content.CronJobs, isOrdered: true, said => CronJobs.Denied(subject, said), cancellationToken);
            await CronJobs.PutAsleepAsync(target, subject, cancellationToken);
        }

        await rows.RestoreAsync(directory, archive, content.Data, isOrdered: false, denied: null, cancellationToken);
        await ArchiveMarks.CompleteAsync(target, archive, cancellationToken);
    }

    /// <summary>For index builds, which want memory.</summary>
    private async Task<NpgsqlConnection> OpenWorkerAsync(StepContext context, CancellationToken cancellationToken)
    {
        var worker = await OpenTargetAsync(context, cancellationToken);
        try
        {
            await worker.ExecuteAsync(Copy.WriterSettings.Sql(context.Parallelism), cancellationToken);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }
}
