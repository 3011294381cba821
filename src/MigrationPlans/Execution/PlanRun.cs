using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.State;

namespace MigrationPlans.Execution;

/// <summary>One run of a plan; see <see cref="PlanRunner"/>. Its loop is the only one that touches graph and slots.</summary>
internal sealed class PlanRun : IDisposable
{
    private readonly MigrationManifest manifest;
    private readonly MigrationPlan plan;
    private readonly string lineage;
    private readonly StateStore store;
    private readonly RunJournal journal;
    private readonly StepRunner steps;
    private readonly ImmutableHashSet<string> doneBefore;
    private readonly StepGraph graph;
    private readonly RunSlots slots;
    private readonly IRunEvents events;
    private readonly RunLimits limits;
    private readonly TimeProvider clock;
    private readonly CancellationToken stopping;
    private readonly CancellationTokenSource cut;
    private readonly CancellationTokenRegistration cutAfterGrace;
    private readonly CancellationTokenRegistration cutNow;
    private readonly ImmutableDictionary<string, PlannedDatabase> databases;
    private readonly ImmutableDictionary<string, DatabaseMapping> mappings;
    private readonly ImmutableDictionary<string, string> databaseOf;
    private readonly Dictionary<Task<StepOutcome>, Step> running = [];
    private readonly List<StepOutcome.Failed> failures = [];
    private readonly HashSet<string> failedDatabases = new(StringComparer.Ordinal);
    private readonly ImmutableHashSet<string> kept;
    private readonly bool isResumed;
    private readonly string stateDirectory;
    private bool isInterrupted;
    private JournalFailedException? journalFailure;

    public PlanRun(
        MigrationManifest manifest,
        MigrationPlan plan,
        StateStore store,
        ImmutableDictionary<Type, IStepHandler> handlers,
        IRunEvents events,
        RunLimits limits,
        TimeProvider clock,
        CancellationToken stopping,
        CancellationToken cancellationToken)
    {
        this.manifest = manifest;
        this.plan = plan;
        this.store = store;
        this.events = events;
        this.limits = limits;
        this.clock = clock;
        this.stopping = stopping;
        lineage = store.State?.Lineage ?? "";
        var before = store.State?.Steps ?? [];
        isResumed = before.Any(step => step.Status != StepStatus.Pending && step.IsKept != true);
        // Of the state, not of the plan: a run of named databases has only their steps.
        kept = [.. before.Where(step => step.IsKept == true).Select(step => step.Id[..step.Id.LastIndexOf(':')])];
        journal = new RunJournal(store, plan.Endpoints);
        stateDirectory = store.Location;
        doneBefore = [.. before.Where(step => step.Status == StepStatus.Done).Select(step => step.Id)];
        graph = new StepGraph(plan.Steps, doneBefore);
        slots = new RunSlots(limits);
        steps = new StepRunner(handlers, journal, events, limits.Retry, clock);
        databases = plan.Databases.ToImmutableDictionary(database => database.Address);
        mappings = manifest.Databases.ToImmutableDictionary(mapping => mapping.Address);
        databaseOf = plan.Steps.ToImmutableDictionary(step => step.Id, step => step.Database);
        // Made with an endless delay, so that the later CancelAfter goes by the same clock.
        cut = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        cutNow = cancellationToken.Register(() => cut.Cancel());
        cutAfterGrace = stopping.Register(() => cut.CancelAfter(limits.StopGrace));
    }

    public async Task<RunReport> CompleteAsync()
    {
        var started = clock.GetTimestamp();
        var left = graph.Left;
        events.Publish(new RunStarted(plan, left, isResumed) { At = clock.GetUtcNow(), DoneBefore = doneBefore });
        StartReady();
        while (running.Count > 0)
        {
            var ended = await Task.WhenAny(running.Keys);
            running.Remove(ended, out var step);
            await SettleAsync(step!, ended);
            StartReady();
        }

        if (journalFailure is not null)
        {
            throw new DiagnosticException(journalFailure.Diagnostic, journalFailure);
        }

        var report = new RunReport(Judge(left), clock.GetElapsedTime(started)) { Failures = [.. failures.Select(failure => failure.Cause)] };
        events.Publish(new RunEnded(report.Outcome, report.Elapsed) { At = clock.GetUtcNow() });
        return report;
    }

    public void Dispose()
    {
        cutNow.Dispose();
        cutAfterGrace.Dispose();
        cut.Dispose();
    }

    private void StartReady()
    {
        if (stopping.IsCancellationRequested || cut.IsCancellationRequested)
        {
            return;
        }

        // The largest database first, because it decides how long all takes; within one, the plan's order.
        foreach (var step in graph.Ready.OrderByDescending(step => databases.GetValueOrDefault(step.Database)?.Estimate?.Bytes ?? 0).ToList())
        {
            if (slots.TryTake(step, MappingOf(step)))
            {
                var context = ContextOf(step);
                graph.Start(step);
                running.Add(Task.Run(() => steps.RunAsync(step, context, cut.Token), CancellationToken.None), step);
            }
        }
    }

    private async Task SettleAsync(Step step, Task<StepOutcome> ended)
    {
        slots.Free(step);
        try
        {
            switch (await ended)
            {
                case StepOutcome.Done:
                    graph.Complete(step);
                    break;
                case StepOutcome.Failed failed:
                    await FailAsync(step, failed);
                    break;
                default:
                    isInterrupted = true;
                    graph.Leave(step);
                    break;
            }
        }
        catch (JournalFailedException exception)
        {
            journalFailure ??= exception;
            graph.Leave(step);
            await cut.CancelAsync();
        }
    }

    private async Task FailAsync(Step step, StepOutcome.Failed failed)
    {
        failures.Add(failed);
        failedDatabases.Add(step.Database);
        foreach (var skipped in graph.Fail(step))
        {
            await journal.SkippedAsync(skipped, step.Id);
            events.Publish(new StepSkipped(skipped, step.Id) { At = clock.GetUtcNow() });
        }
    }

    private StepContext ContextOf(Step step)
    {
        var context = new StepContext
        {
            Manifest = manifest,
            Plan = plan,
            Lineage = lineage,
            Clock = clock,
            Events = events,
            Stopping = stopping,
            Parallelism = 1,
            RecordCreatedAsync = resources => journal.CreatedAsync(step, resources),
            RecordRemovedAsync = journal.RemovedAsync,
            RecordEndingAsync = () => journal.EndingAsync(step),
            HasBegunToEnd = () => store.State?.Find(step.Id)?.IsEnding == true,
            StateDirectory = stateDirectory,
        };
        if (MappingOf(step) is not { } mapping)
        {
            return context;
        }

        var database = databases[step.Database];
        var active = graph.ActiveDatabases(id => databaseOf[id]).Where(databases.ContainsKey).Select(address => databases[address]).ToList();
        return context with
        {
            Database = database,
            Mapping = mapping,
            Kept = kept,
            TargetOid = store.State?.AllResources.LastOrDefault(resource => resource.DatabaseOid is not null && IsOf(step.Database, resource))?.DatabaseOid,
            Recorded =
            [
                .. (store.State?.Resources ?? []).Where(resource => resource.Step == step.Id)
                    .Select(resource => new CreatedResource(resource.Kind, resource.Endpoint, resource.Name)
                    {
                        SystemIdentifier = resource.SystemIdentifier,
                        DatabaseOid = resource.DatabaseOid,
                    }),
            ],
            Parallelism = WorkerShares.ShareOf(database, active, mapping, limits),
            DoneBefore = [.. plan.Steps.Where(other => other.Database == step.Database && doneBefore.Contains(other.Id)).Select(other => other.Kind)],
        };
    }

    private bool IsOf(string database, ResourceState resource) => databaseOf.GetValueOrDefault(resource.Step) == database;

    /// <summary>Null: the step moves a whole instance.</summary>
    private DatabaseMapping? MappingOf(Step step) => step is InstanceStep ? null : mappings[step.Database];

    private RunOutcome Judge(int leftAtStart)
    {
        if (isInterrupted || graph.Left > 0)
        {
            return RunOutcome.Interrupted;
        }

        if (failures.Count == 0)
        {
            return leftAtStart == 0 ? RunOutcome.NothingToDo : RunOutcome.Completed;
        }

        if (failures.TrueForAll(failure => failure.FailureClass == FailureClass.Difference))
        {
            return RunOutcome.Differences;
        }

        return failedDatabases.Count == databaseOf.Values.Distinct(StringComparer.Ordinal).Count() ? RunOutcome.AllFailed : RunOutcome.SomeFailed;
    }
}
