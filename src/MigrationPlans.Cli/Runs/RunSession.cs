using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>A manifest, its locked state and the parts that touch servers: all that a run needs. Used by apply, rollback and rehearse.</summary>
internal sealed class RunSession : IAsyncDisposable
{
    private readonly MigrationManifest manifest;
    private readonly SourceMap positions;
    private readonly TimeProvider clock;
    private readonly IStateFiles files;
    private readonly StateLock stateLock;
    private InspectedFacts? facts;
    private PlanScope? scope;

    private RunSession(
        MigrationManifest manifest, SourceMap positions, IRunParts parts, IStateFiles files, StateStore store, StateLock stateLock, TimeProvider clock)
    {
        this.files = files;
        this.manifest = manifest;
        this.positions = positions;
        this.stateLock = stateLock;
        this.clock = clock;
        Parts = parts;
        Store = store;
    }

    public IRunParts Parts { get; }

    public StateStore Store { get; }

    /// <summary>What is recorded; null before the first plan.</summary>
    public RunState? State => Store.State;

    /// <summary>Takes the lock and opens the state. The parts are the session's from here on; the backend stays the caller's, and outlives it.</summary>
    /// <exception cref="DiagnosticException">Another run holds the lock, or the state can't be used.</exception>
    public static async Task<RunSession> OpenAsync(
        MigrationManifest manifest, SourceMap positions, IRunParts parts, IStateBackend backend, TimeProvider clock, CancellationToken cancellationToken)
    {
        StateLock? held = null;
        try
        {
            held = await StateLock.TakeAsync(backend.Lock, clock, cancellationToken);
            var store = await StateStore.OpenAsync(backend.Files, clock, cancellationToken);
            store.CloseWith(held);
            if (store.State is { } state && state.Name != manifest.Name)
            {
                throw new DiagnosticException(StateDiagnostics.OtherName(backend.Files.Location, state.Name, manifest.Name));
            }

            return new RunSession(manifest, positions, parts, backend.Files, store, held, clock);
        }
        catch
        {
            if (held is not null)
            {
                await held.DisposeAsync();
            }

            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the plan before has done of the manifest, as <see cref="PlanAsync"/> found it.</summary>
    public KeptWork Kept { get; private set; } = KeptWork.None;

    /// <summary>What can be planned, as <see cref="PlanAsync"/> found it.</summary>
    public IEnumerable<string> Addresses => manifest.Databases.Select(mapping => mapping.Address)
        .Concat(Kept.Steps.OfType<InstanceStep>().Select(step => step.Database))
        .Concat((facts?.Instances ?? []).Select(instance => InstancePlanner.AddressOf(
            manifest.Instances.Single(move => move.Path == instance.Move), instance.Identifier)))
        .Distinct(StringComparer.Ordinal);

    /// <summary>Looks at all endpoints that have something left to do, and plans. The plan is null when a finding is an error.</summary>
    /// <param name="only">Addresses of databases and instances; empty means all.</param>
    public async Task<(MigrationPlan? Plan, ImmutableArray<Diagnostic> Diagnostics)> PlanAsync(IReadOnlySet<string> only, CancellationToken cancellationToken)
    {
        scope = new PlanScope(manifest, only);
        Kept = await StoredPlan.FindKeptAsync(manifest, files, State, cancellationToken, scope);
        if (!Kept.Obstacles.IsEmpty)
        {
            return (null, Kept.Obstacles);
        }

        facts = await Parts.Inspector.InspectAsync(Kept.LeftOf(manifest), cancellationToken) with { Lineage = State?.Lineage };
        return Planner.Plan(manifest, facts, positions, Kept, scope);
    }

    /// <summary>What the plan before has done of the manifest.</summary>
    public Task<KeptWork> FindKeptAsync(CancellationToken cancellationToken) => StoredPlan.FindKeptAsync(manifest, files, State, cancellationToken);

    /// <summary>Makes the plan, as <see cref="PlanAsync"/> made it, the one that this state is about.</summary>
    public async Task AdoptAsync(MigrationPlan plan)
    {
        await Store.WritePlanAsync(BytesOf(plan), Kept.Before is { } before ? BytesOf(before) : null);
        var lineage = State?.Lineage ?? Guid.NewGuid().ToString("n");
        var isWhole = scope?.IsEverything != false
            || (manifest.Instances.IsEmpty && plan.Databases.Length == manifest.Databases.Length && !Kept.HoldsChanged);
        await Store.AppendAsync(new PlanAdopted(
            lineage,
            plan.Name,
            plan.Digest,
            plan.ManifestDigest,
            [.. plan.Steps.Select(step => step.Id)],
            [.. Kept.Finished.Select(step => step.Id)],
            State?.Status == RunStatus.Unfinished ? [.. Kept.GoesOn.Select(step => step.Id)] : null,
            isWhole ? null : scope!.Named,
            FindSharedFences() is { IsEmpty: false } shared ? shared : null));
    }

    /// <summary>Which of several mappings has set the fence of their source is chance. That of a finished one is meant to stay.</summary>
    private ImmutableArray<string> FindSharedFences() =>
    [
        .. from fence in State?.Resources ?? []
           where fence.Kind == "fence" && manifest.Databases.Any(mapping =>
               mapping.Fence == Fence.ReadOnly && mapping.From == new DatabaseAddress(fence.Endpoint, fence.Name) && Kept.HasFinished(mapping))
           select fence.Step,
    ];

    /// <summary>The plan that is being carried out.</summary>
    /// <exception cref="DiagnosticException">It is missing or is another one.</exception>
    public Task<MigrationPlan> ReadStoredPlanAsync(CancellationToken cancellationToken) => StoredPlan.ReadAsync(files, State!, cancellationToken);

    /// <summary>Carries out what is left of the adopted plan.</summary>
    /// <param name="only">Addresses of databases; empty means all.</param>
    /// <param name="parallelism">Copy workers in all; null decides by cores.</param>
    /// <param name="stopping">Asks for a stop at the next safe point.</param>
    /// <exception cref="DiagnosticException">The state can't be written, or the lock was lost.</exception>
    public async Task<RunReport> RunAsync(MigrationPlan plan, IReadOnlySet<string> only, int? parallelism, IRunEvents events, CancellationToken stopping)
    {
        var part = only.Count == 0 ? plan : plan with
        {
            Databases = [.. plan.Databases.Where(database => only.Contains(database.Address))],
            Steps = [.. plan.Steps.Where(step => only.Contains(step.Database))],
        };
        // A resumed run has planned nothing, and the servers may be fuller than they were. What is gone on with was not looked at.
        facts = facts is null || Kept.GoesOn.Any() ? await LookAtServersAsync(stopping) : facts;
        await Store.AppendAsync(new RunBegun(Environment.UserName, Environment.MachineName, Environment.ProcessId, ToolVersion()));
        var runner = new PlanRunner(Parts.Handlers, Store, events, RunLimits.For(manifest, facts, parallelism), clock);
        var report = await runner.RunAsync(manifest, part, stopping, stateLock.Lost);
        if (stateLock.LossReason is { } reason)
        {
            throw new DiagnosticException(reason);
        }

        await Store.AppendAsync(new RunFinished(report.Outcome.ToString()));
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        await Parts.DisposeAsync();
        Store.Dispose();
        await stateLock.DisposeAsync();
    }

    /// <summary>At the servers alone, for the connections that they have free. What stands in the way of one of them is for its steps to tell.</summary>
    private Task<InspectedFacts> LookAtServersAsync(CancellationToken cancellationToken) =>
        Parts.Inspector.InspectAsync(manifest with { Databases = [], Instances = [] }, cancellationToken);

    private static byte[] BytesOf(MigrationPlan plan) => Encoding.UTF8.GetBytes(PlanDocument.Write(plan));

    private static string ToolVersion() =>
        typeof(RunSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
