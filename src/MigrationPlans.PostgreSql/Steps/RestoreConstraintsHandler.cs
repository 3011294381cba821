using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Restores what is left of the post-data section: foreign keys, rules, triggers, policies, privileges, event triggers.</summary>
public sealed class RestoreConstraintsHandler(
    PostgresConnector connector, SourceSnapshots snapshots, SchemaArchives archives) : TargetStepHandler<RestoreConstraintsStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(RestoreConstraintsStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var (archive, changed) = await ReadArchiveAsync(target, context, cancellationToken);
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
        if (await PartitionKeyNames.DifferAsync(source, target, cancellationToken))
        {
            return StepObservation.NotDone("foreign keys of partitions have other names than on the source");
        }

        if (await InheritedChecks.DifferAsync(source, target, cancellationToken))
        {
            return StepObservation.NotDone("inherited checks that are valid on the source are not validated");
        }

        if (await InheritedComments.DifferAsync(source, target, cancellationToken))
        {
            return StepObservation.NotDone("comments on inherited constraints and triggers are missing");
        }

        archives.Forget(context);
        return StepObservation.Done(changed.IsEmpty
            ? "all objects are there"
            : $"all objects are there as they were: {changed[0].Describe()} was created or changed on the source since");
    }

    protected override async Task<StepResult> DoAsync(RestoreConstraintsStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var (archive, changed) = await ReadArchiveAsync(target, context, cancellationToken);
        await using var claim = await TargetClaim.TakeAsync(target, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
        await SchemaDrift.RefuseAsync(changed, target, context, cancellationToken);
        await SchemaDrift.RefuseDroppedAsync(archive.Entries, target, context, cancellationToken);
        var settings = await ComputingSettings.ReadAsync(Connector, context, target, cancellationToken);
        await target.ExecuteAsync(settings.Sql, cancellationToken);
        var restore = new ConstraintRestore(target, token => settings.ApplyAsync(OpenTargetAsync(context, token), token), context);
        var done = await restore.RunAsync(archive, cancellationToken);
        await using var source = await OpenSourceAsync(context, cancellationToken);
        await PartitionKeyNames.AlignAsync(source, target, cancellationToken);
        var broken = await InheritedChecks.AlignAsync(source, target, context.Mapping.To.ToString(), cancellationToken);
        await InheritedComments.AlignAsync(source, target, cancellationToken);
        return new StepResult(done)
        {
            Notes = changed.IsEmpty
                ? broken
                : [
                    .. broken,
                    ResumeDiagnostics.ObjectsChanged(
                        context.Mapping.Address, context.Mapping.From.ToString(), changed[0].Describe(), changed.Length - 1),
                ],
        };
    }

    /// <summary>All rows are copied by now: where the archive had to be read anew, its snapshot is not needed any longer.</summary>
    private async Task<(SchemaArchive Archive, ImmutableArray<SchemaEntry> Changed)> ReadArchiveAsync(
        NpgsqlConnection target, StepContext context, CancellationToken cancellationToken)
    {
        var archive = await archives.GetAsync(context, cancellationToken);
        await snapshots.ReleaseAsync(context.Mapping.Address);
        var changed = await SchemaDrift.FindAsync(_ => Task.FromResult(archive.Entries), target, context, cancellationToken);
        if (changed.IsEmpty)
        {
            return (archive, []);
        }

        await using var source = await OpenSourceAsync(context, cancellationToken);
        return (await SchemaDrift.WithoutAbsentAsync(archive, changed, source, target, cancellationToken), changed);
    }
}
