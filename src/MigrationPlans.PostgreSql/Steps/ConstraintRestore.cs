using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Restores what is left of an archive's post-data section: indexes that were not built with the data, foreign keys, rules, triggers,
/// policies, privileges, event triggers; for every strategy that has such an archive.
/// </summary>
/// <param name="openTarget">Further connections, for what runs at once.</param>
internal sealed class ConstraintRestore(NpgsqlConnection target, Func<CancellationToken, Task<NpgsqlConnection>> openTarget, StepContext context)
{
    /// <summary>All that follows the table in such an entry.</summary>
    private const string EnableRowSecurity = "ENABLE ROW LEVEL SECURITY;";

    /// <returns>What was done, in a few words.</returns>
    public async Task<string> RunAsync(SchemaArchive archive, CancellationToken cancellationToken)
    {
        await LeftoverSessions.EndAsync(target, context.Mapping.To.ToString(), context.Clock, cancellationToken);
        var restored = await TargetLedger.ReadEntriesAsync(target, cancellationToken);
        var phases = ConstraintPhases.Of(archive, restored);
        var runner = new SchemaEntryRunner(target, context.Mapping.To.ToString());

        await RunGraphAsync(IndexItems(archive, phases, restored), cancellationToken);
        await RunInOrderAsync(runner, phases.Rest, cancellationToken);
        await SuspendRowSecurityAsync(phases.EarlyRowSecurity, cancellationToken);
        await AddKeysAsync(runner, phases, restored, cancellationToken);
        await RunGraphAsync([.. ValidationItems(phases), .. OneStepItems(phases)], cancellationToken);
        await RunInOrderAsync(runner, phases.RowSecurity, cancellationToken);
        await RunInOrderAsync(runner, phases.Remarks, cancellationToken);
        await new CreationRights(target).EndAsync(cancellationToken);
        await RunInOrderAsync(runner, phases.Privileges, cancellationToken);
        foreach (var entry in phases.EventTriggers)
        {
            await runner.RunAsync([EventTriggers.Asleep(entry)], cancellationToken);
        }

        return Summarize(phases);
    }

    private async Task RunGraphAsync(IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken)
    {
        using var graph = new WorkGraph(items);
        await graph.RunAsync(context.Parallelism, openTarget, context.Stopping, cancellationToken);
    }

    private Task RunInOrderAsync(SchemaEntryRunner runner, ImmutableArray<SchemaEntry> entries, CancellationToken cancellationToken) =>
        runner.RunInBatchesAsync(entries, _ => { }, context.Stopping, cancellationToken);

    private IReadOnlyCollection<WorkItem> IndexItems(SchemaArchive archive, ConstraintPhases phases, HashSet<string> restored)
    {
        var attachedBefore = AttachChains.Predecessors(phases.Indexes.Select(index => index.Entry), archive.Entries);
        var lockedBefore = LockedBefore(phases);
        return
        [
            .. phases.Indexes.Select(index => Item(
                index.Entry,
                index.Entry.DependsOn
                    .Concat(attachedBefore.TryGetValue(index.Entry.Id, out var attached) ? [attached] : [])
                    .Concat(lockedBefore.TryGetValue(index.Entry.Id, out var locked) ? [locked] : [])
                    .Select(Key),
                IndexSteps.LeftOf(index.Entry, restored))),
        ];
    }

    /// <summary>For each index but the first of its table that locks it harder when it is built (see <see cref="IndexSteps"/>), the one before it.</summary>
    private static Dictionary<int, int> LockedBefore(ConstraintPhases phases) =>
        phases.Indexes
            .Where(index => index.Entry.Kind == "INDEX" && IndexSteps.TrySplit(index.Entry.Sql) is not null)
            .GroupBy(index => index.Relations.FirstOrDefault(), index => index.Entry.Id)
            .SelectMany(ids => ids.Zip(ids.Skip(1)))
            .ToDictionary(pair => pair.Second, pair => pair.First);

    /// <summary>The ledger forgets it in the same transaction, so that it comes back whatever happens to this run.</summary>
    private async Task SuspendRowSecurityAsync(ImmutableArray<SchemaEntry> entries, CancellationToken cancellationToken)
    {
        if (!entries.IsEmpty)
        {
            await using var batch = new NpgsqlBatch(target);
            foreach (var entry in entries)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"{entry.Sql[..^EnableRowSecurity.Length]}DISABLE ROW LEVEL SECURITY"));
            }

            batch.BatchCommands.Add(TargetLedger.ForgetEntriesCommand([.. entries.Select(entry => entry.Digest)]));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Quick, and in one place: added at once from several sessions, keys between the same tables would lock each other out.</summary>
    private static async Task AddKeysAsync(SchemaEntryRunner runner, ConstraintPhases phases, HashSet<string> restored, CancellationToken cancellationToken)
    {
        var work = phases.TwoStepKeys
            .Select(key => new EntryWork(key.Entry, key.Key.AddSql, AddedMark(key.Entry)))
            .Where(unit => !restored.Contains(unit.LedgerMark));
        foreach (var batch in work.Chunk(100))
        {
            await runner.RunAsync([.. batch], cancellationToken);
        }
    }

    /// <summary>Two keys of one table wait for each other, so they form a chain and leave the other workers free.</summary>
    private IEnumerable<WorkItem> ValidationItems(ConstraintPhases phases) =>
        phases.TwoStepKeys
            .GroupBy(key => key.Key.Table, StringComparer.Ordinal)
            .SelectMany(keys => keys.Select((key, i) => Item(key.Entry, i == 0 ? [] : [Key(keys.ElementAt(i - 1).Entry.Id)], key.Key.ValidateSql)));

    /// <summary>Plain additions block each other on the tables that they share: one after the other.</summary>
    private IEnumerable<WorkItem> OneStepItems(ConstraintPhases phases) =>
        phases.OneStepKeys.Select((entry, i) => Item(entry, i == 0 ? [] : [Key(phases.OneStepKeys[i - 1].Id)], entry.Sql));

    private WorkItem Item(SchemaEntry entry, IEnumerable<string> dependsOn, string sql) => new()
    {
        Key = Key(entry.Id),
        DependsOn = [.. dependsOn],
        RunAsync = (connection, token) => new SchemaEntryRunner(connection, context.Mapping.To.ToString())
            .RunAsync([new EntryWork(entry, ExtensionIndex.WithMemory(sql), entry.Digest)], token),
    };

    private static string Key(int id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string AddedMark(SchemaEntry entry) => $"{entry.Digest}:not-valid";

    private static string Summarize(ConstraintPhases phases)
    {
        var keys = phases.TwoStepKeys.Length + phases.OneStepKeys.Length;
        var others = phases.Indexes.Length
            + phases.Rest.Length
            + phases.RowSecurity.Length
            + phases.Remarks.Length
            + phases.Privileges.Length
            + phases.EventTriggers.Length;
        return $"{Counts.Of(keys, "foreign key")}, {Counts.Of(others, "other object")}";
    }
}
