using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Snapshots;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Carries a manifest's moves out as the runner does: observe, act, verify, one step after another.</summary>
internal sealed class InstanceMoveRun(AwsSession session, MigrationManifest manifest) : IRunEvents
{
    private static readonly WaitSettings Waits = new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(20),
        LongestDelay = TimeSpan.FromMilliseconds(40),
        Timeout = TimeSpan.FromSeconds(20),
    };

    public List<CreatedResource> Created { get; } = [];

    public ConcurrentQueue<RunEvent> Events { get; } = new();

    public List<string> FoundDone { get; } = [];

    public CancellationToken Stopping { get; init; }

    public string Lineage { get; init; } = "l1neage";

    public WaitSettings Settings { get; init; } = Waits;

    public void Publish(RunEvent runEvent) => Events.Enqueue(runEvent);

    public async Task<ImmutableArray<Step>> PlanAsync()
    {
        var facts = ImmutableArray.CreateBuilder<InstanceFacts>();
        foreach (var move in manifest.Instances)
        {
            facts.AddRange(await new InstanceFinder(session).FindAsync(manifest.Name, move, CancellationToken.None));
        }

        var (steps, diagnostics) = InstancePlanner.Plan(
            manifest,
            new InspectedFacts
            {
                Instances = [.. facts.Select(instance => instance with { Snapshots = [.. instance.Snapshots.Where(snapshot => snapshot.Lineage != Lineage)] })],
                Lineage = Lineage,
            },
            SnapshotNames.Snapshot);
        return diagnostics.IsEmpty ? steps : throw new InvalidOperationException(string.Join('\n', diagnostics));
    }

    public async Task CarryOutAsync(IEnumerable<Step> steps)
    {
        var handlers = InstanceHandlers.Create(session, Settings).ToDictionary(handler => handler.StepType);
        foreach (var step in steps)
        {
            var handler = handlers[step.GetType()];
            var context = Context(step);
            if ((await handler.ObserveAsync(step, context, CancellationToken.None)).IsDone)
            {
                FoundDone.Add(step.Kind);
                continue;
            }

            await handler.ActAsync(step, context, CancellationToken.None);
            await handler.VerifyAsync(step, context, CancellationToken.None);
        }
    }

    private StepContext Context(Step step)
    {
        return new StepContext
        {
            Manifest = manifest,
            Plan = new MigrationPlan { Name = manifest.Name, Mode = PlanMode.Online, ManifestDigest = manifest.Digest },
            Lineage = Lineage,
            Clock = TimeProvider.System,
            Events = this,
            Stopping = Stopping,
            Parallelism = 1,
            RecordCreatedAsync = resources =>
            {
                Created.AddRange(resources);
                return Task.CompletedTask;
            },
        };
    }
}
