using System.Collections.Concurrent;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.State;
using MigrationPlans.Tests.State;

namespace MigrationPlans.Tests.Execution;

/// <summary>A plan, a world and a state to run in; a second run sees what the first one left.</summary>
internal sealed class RunFixture : IRunEvents
{
    public RunFixture(params string[] databases) => (Manifest, Plan) = TestPlans.Of(databases);

    public MigrationManifest Manifest { get; set; }

    public MigrationPlan Plan { get; set; }

    public ScriptedWorld World { get; } = new();

    public MemoryStateFiles Files { get; } = new();

    public ConcurrentQueue<RunEvent> Events { get; } = new();

    public RunLimits Limits { get; set; } = new()
    {
        Workers = 4,
        Retry = new RetrySettings { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(2) },
    };

    public CancellationTokenSource Stopping { get; } = new();

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public async Task<RunReport> RunAsync(CancellationToken cancellationToken = default)
    {
        using var store = await StateStore.OpenAsync(Files, Clock, CancellationToken.None);
        if (store.State is null)
        {
            await store.AppendAsync(new PlanAdopted("lineage", Plan.Name, Plan.Digest, Plan.ManifestDigest, [.. Plan.Steps.Select(step => step.Id)]));
        }

        var runner = new PlanRunner([.. World.Handlers], store, this, Limits, Clock);
        return await runner.RunAsync(Manifest, Plan, Stopping.Token, cancellationToken);
    }

    public async Task<RunState> StateAsync() => (await StateStore.PeekAsync(Files, CancellationToken.None))!;

    public async Task<StepStatus> StatusAsync(string step) => (await StateAsync()).Find(step)!.Status;

    public void Publish(RunEvent runEvent) => Events.Enqueue(runEvent);
}
