using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Restores what is left of the post-data section: foreign keys, rules, triggers, policies, privileges, event triggers.</summary>
public sealed class RestoreConstraintsHandler(PostgresConnector connector, SourceSnapshots snapshots, SchemaArchives archives) : PostgresStepHandler<RestoreConstraintsStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(RestoreConstraintsStep step, StepContext context, CancellationToken cancellationToken)
    {
        var archive = await ReadArchiveAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        if (!await TargetLedger.ExistsAsync(target, cancellationToken))
        {
            return StepObservation.NotDone("the target has no ledger");
        }

        var restored = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        var missing = archive.In(SchemaSection.PostData).Where(entry => !restored.Contains(entry.Digest)).ToList();
        if (missing.Count == 0 && await new TemporaryGrants(target, context.Mapping.To.ToString()).HasCreationAsync(cancellationToken))
        {
            return StepObservation.NotDone("owners still have the rights that they were given for the restore");
        }

        return missing.Count == 0
            ? StepObservation.Done("all objects are there")
            : StepObservation.NotDone($"{missing.Count} objects are missing, {missing[0].Describe()} among them");
    }

    protected override async Task<StepResult> DoAsync(RestoreConstraintsStep step, StepContext context, CancellationToken cancellationToken)
    {
        var archive = await ReadArchiveAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var restored = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        var phases = ConstraintPhases.Of(archive, restored);
        var runner = new SchemaEntryRunner(target, context.Mapping.To.ToString());

        await RunGraphAsync(IndexItems(archive, phases, context), context, cancellationToken);
        await RunInOrderAsync(runner, phases.Rest, context, cancellationToken);
        await AddKeysAsync(runner, phases, restored, cancellationToken);
        await RunGraphAsync([.. ValidationItems(phases, context), .. OneStepItems(phases, context)], context, cancellationToken);
        await RunInOrderAsync(runner, phases.Remarks, context, cancellationToken);
        await new TemporaryGrants(target, context.Mapping.To.ToString()).EndCreationAsync(cancellationToken);
        await RunInOrderAsync(runner, phases.Privileges, context, cancellationToken);
        await RunInOrderAsync(runner, phases.EventTriggers, context, cancellationToken);
        return new StepResult(Summarize(phases));
    }

    /// <summary>All rows are copied by now: where the archive had to be read anew, its snapshot is not needed any longer.</summary>
    private async Task<SchemaArchive> ReadArchiveAsync(StepContext context, CancellationToken cancellationToken)
    {
        var archive = await archives.GetAsync(context, cancellationToken);
        await snapshots.ReleaseAsync(context.Mapping.Address);
        return archive;
    }

    private async Task RunGraphAsync(IReadOnlyCollection<WorkItem> items, StepContext context, CancellationToken cancellationToken)
    {
        using var graph = new WorkGraph(items);
        await graph.RunAsync(context.Parallelism, token => OpenTargetAsync(context, token), context.Stopping, cancellationToken);
    }

    private static Task RunInOrderAsync(SchemaEntryRunner runner, ImmutableArray<SchemaEntry> entries, StepContext context, CancellationToken cancellationToken) =>
        runner.RunInBatchesAsync(entries, _ => { }, context.Stopping, cancellationToken);

    private static IReadOnlyCollection<WorkItem> IndexItems(SchemaArchive archive, ConstraintPhases phases, StepContext context)
    {
        var attachedBefore = AttachChains.Predecessors(phases.Indexes.Select(index => index.Entry), archive.Entries);
        return
        [
            .. phases.Indexes.Select(index => Item(
                context,
                index.Entry,
                index.Entry.DependsOn.Concat(attachedBefore.TryGetValue(index.Entry.Id, out var before) ? [before] : []).Select(Key),
                index.Entry.Sql)),
        ];
    }

    /// <summary>Quick, and in one place: added at once from several sessions, keys between the same tables would lock each other out.</summary>
    private static async Task AddKeysAsync(SchemaEntryRunner runner, ConstraintPhases phases, HashSet<string> restored, CancellationToken cancellationToken)
    {
        var work = phases.TwoStepKeys.Select(key => new EntryWork(key.Entry, key.Key.AddSql, AddedMark(key.Entry))).Where(unit => !restored.Contains(unit.LedgerMark));
        foreach (var batch in work.Chunk(100))
        {
            await runner.RunAsync([.. batch], cancellationToken);
        }
    }

    /// <summary>Two keys of one table wait for each other, so they form a chain and leave the other workers free.</summary>
    private static IEnumerable<WorkItem> ValidationItems(ConstraintPhases phases, StepContext context) =>
        phases.TwoStepKeys
            .GroupBy(key => key.Key.Table, StringComparer.Ordinal)
            .SelectMany(keys => keys.Select((key, i) => Item(context, key.Entry, i == 0 ? [] : [Key(keys.ElementAt(i - 1).Entry.Id)], key.Key.ValidateSql)));

    /// <summary>Plain additions block each other on the tables that they share: one after the other.</summary>
    private static IEnumerable<WorkItem> OneStepItems(ConstraintPhases phases, StepContext context) =>
        phases.OneStepKeys.Select((entry, i) => Item(context, entry, i == 0 ? [] : [Key(phases.OneStepKeys[i - 1].Id)], entry.Sql));

    private static WorkItem Item(StepContext context, SchemaEntry entry, IEnumerable<string> dependsOn, string sql) => new()
    {
        Key = Key(entry.Id),
        DependsOn = [.. dependsOn],
        RunAsync = (connection, token) => new SchemaEntryRunner(connection, context.Mapping.To.ToString()).RunAsync([new EntryWork(entry, sql, entry.Digest)], token),
    };

    private static string Key(int id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string AddedMark(SchemaEntry entry) => $"{entry.Digest}:not-valid";

    private static string Summarize(ConstraintPhases phases)
    {
        var keys = phases.TwoStepKeys.Length + phases.OneStepKeys.Length;
        var others = phases.Indexes.Length + phases.Rest.Length + phases.Remarks.Length + phases.Privileges.Length + phases.EventTriggers.Length;
        return $"{keys} foreign keys, {others} other objects";
    }
}
