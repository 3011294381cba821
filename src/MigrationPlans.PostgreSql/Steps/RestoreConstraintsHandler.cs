using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Restores what is left of the post-data section: foreign keys, rules, triggers, policies, privileges, event triggers.</summary>
public sealed class RestoreConstraintsHandler(PostgresConnector connector, SourceSnapshots snapshots, SchemaArchives archives) : TargetStepHandler<RestoreConstraintsStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(RestoreConstraintsStep step, StepContext context, CancellationToken cancellationToken)
    {
        var archive = await ReadArchiveAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var restored = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        var missing = archive.In(SchemaSection.PostData).Where(entry => !restored.Contains(entry.Digest)).ToList();
        if (missing.Count == 0 && await new CreationRights(target).AreGrantedAsync(cancellationToken))
        {
            return StepObservation.NotDone("owners still have the rights that they were given for the restore");
        }

        if (missing.Count > 0)
        {
            return StepObservation.NotDone($"{Counts.Of(missing.Count, "object is", "objects are")} missing, {missing[0].Describe()} among them");
        }

        await using var source = await OpenSourceAsync(context, cancellationToken);
        return await PartitionKeyNames.DifferAsync(source, target, cancellationToken)
            ? StepObservation.NotDone("foreign keys of partitions have other names than on the source")
            : StepObservation.Done("all objects are there");
    }

    protected override async Task<StepResult> DoAsync(RestoreConstraintsStep step, StepContext context, CancellationToken cancellationToken)
    {
        var archive = await ReadArchiveAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        await using var claim = await TargetClaim.TakeAsync(target, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
        SchemaDrift.Refuse(archive.Entries, await TargetLedger.ReadEntriesAsync(target, cancellationToken), context);
        var settings = await ComputingSettings.ReadAsync(Connector, context, target, cancellationToken);
        await target.ExecuteAsync(settings.Sql, cancellationToken);
        var restore = new ConstraintRestore(target, token => settings.ApplyAsync(OpenTargetAsync(context, token), token), context);
        var done = await restore.RunAsync(archive, cancellationToken);
        await using var source = await OpenSourceAsync(context, cancellationToken);
        await PartitionKeyNames.AlignAsync(source, target, cancellationToken);
        return new StepResult(done);
    }

    /// <summary>All rows are copied by now: where the archive had to be read anew, its snapshot is not needed any longer.</summary>
    private async Task<SchemaArchive> ReadArchiveAsync(StepContext context, CancellationToken cancellationToken)
    {
        var archive = await archives.GetAsync(context, cancellationToken);
        await snapshots.ReleaseAsync(context.Mapping.Address);
        return archive;
    }
}
