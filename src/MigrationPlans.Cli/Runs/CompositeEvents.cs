using System.Collections.Immutable;
using MigrationPlans.Execution;

namespace MigrationPlans.Cli.Runs;

/// <summary>Passes events on to several takers.</summary>
internal sealed class CompositeEvents(params ImmutableArray<IRunEvents> takers) : IRunEvents
{
    public void Publish(RunEvent runEvent)
    {
        foreach (var taker in takers)
        {
            taker.Publish(runEvent);
        }
    }
}
