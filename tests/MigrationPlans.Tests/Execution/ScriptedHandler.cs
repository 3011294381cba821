using System.Collections.Concurrent;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Tests.Execution;

/// <summary>Plays the handlers of all step kinds: keeps a world of effects, records calls, fails or blocks on demand.</summary>
internal sealed class ScriptedWorld
{
    private readonly ConcurrentQueue<string> calls = new();
    private int atOnce;

    public ConcurrentDictionary<string, bool> Effects { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Calls => calls;

    public int MostAtOnce { get; private set; }

    public ConcurrentDictionary<string, int> Shares { get; } = new(StringComparer.Ordinal);

    /// <summary>Called in each act, before the effect; throws or waits as the test likes.</summary>
    public Func<Step, StepContext, CancellationToken, Task> Act { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>False: the act leaves no effect.</summary>
    public bool HasEffect { get; set; } = true;

    public IStepHandler[] Handlers => [new Handler<PreflightStep>(this), new Handler<CopyDataStep>(this), new Handler<VerifyStep>(this)];

    public int CountOf(string call) => calls.Count(entry => entry == call);

    private sealed class Handler<TStep>(ScriptedWorld world) : StepHandler<TStep>
        where TStep : Step
    {
        protected override Task<StepObservation> ObserveAsync(TStep step, StepContext context, CancellationToken cancellationToken)
        {
            world.calls.Enqueue($"observe {step.Id}");
            return Task.FromResult(world.Effects.ContainsKey(step.Id) ? StepObservation.Done("is there") : StepObservation.NotDone("is not there"));
        }

        protected override async Task<StepResult> ActAsync(TStep step, StepContext context, CancellationToken cancellationToken)
        {
            world.calls.Enqueue($"act {step.Id}");
            world.Shares[step.Id] = context.Parallelism;
            var now = Interlocked.Increment(ref world.atOnce);
            lock (world.calls)
            {
                world.MostAtOnce = Math.Max(world.MostAtOnce, now);
            }

            try
            {
                await world.Act(step, context, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref world.atOnce);
            }

            if (world.HasEffect)
            {
                world.Effects[step.Id] = true;
            }

            return new StepResult($"did {step.Kind}");
        }
    }
}
