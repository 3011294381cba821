using System.Collections.Concurrent;
using MigrationPlans.Execution;

namespace MigrationPlans.IntegrationTests;

/// <summary>Keeps what was published, for tests to look at; can act when something is published.</summary>
internal sealed class RecordedEvents : IRunEvents
{
    public ConcurrentQueue<RunEvent> All { get; } = new();

    public Action<RunEvent>? Then { get; set; }

    public void Publish(RunEvent runEvent)
    {
        All.Enqueue(runEvent);
        Then?.Invoke(runEvent);
    }
}
