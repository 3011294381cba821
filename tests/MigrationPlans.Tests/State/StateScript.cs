using MigrationPlans.State;

namespace MigrationPlans.Tests.State;

/// <summary>A run's life as events, for tests that need a real journal.</summary>
internal static class StateScript
{
    public static readonly JournalEvent[] Events =
    [
        new PlanAdopted("lineage-1", "demo", "plan-digest", "manifest-digest", ["t/a:one", "t/a:two", "t/b:one"]),
        new RunBegun("ann", "host-1", 4711, "0.1.0"),
        new StepBegun("t/a:one"),
        new ResourceRecorded("t/a:one", "database", "t", "a", "db.internal:5432", "7301"),
        new StepFinished("t/a:one", "made \"a\"\nand more", FoundDone: false, ["MP6001: a remark"]),
        new StepBegun("t/a:two"),
        new StepGivenUp("t/a:two", new StepProblem("MP6004", "no connection", "look")),
        new StepPassedOver("t/b:one", "t/a:two"),
        new RunFinished("some-failed"),
        new RunBegun("ann", "host-1", 4712, "0.1.0"),
        new StepBegun("t/a:two"),
        new StepEnding("t/a:two"),
        new StepStopped("t/a:two"),
        new StepBegun("t/a:two"),
        new StepFinished("t/a:two", "done", FoundDone: false, []),
        new StepFinished("t/b:one", "was there", FoundDone: true, []),
        new RunFinished("completed"),
        new RollbackBegun(),
        new ResourceRemoved("database", "t", "a", "db.internal:5432"),
        new RolledBack(),
    ];

    public static async Task<MemoryStateFiles> WriteAsync(int count = int.MaxValue, Exception? failure = null)
    {
        var files = new MemoryStateFiles { Failure = failure };
        using var store = await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None);
        foreach (var happened in Events.Take(count))
        {
            await store.AppendAsync(happened);
        }

        return files;
    }

    /// <summary>The states after each number of events, from none on.</summary>
    public static async Task<IReadOnlyList<string>> StatesAsync()
    {
        var states = new List<string> { "" };
        using var store = await StateStore.OpenAsync(new MemoryStateFiles(), new FakeClock(), CancellationToken.None);
        foreach (var happened in Events)
        {
            await store.AppendAsync(happened);
            states.Add(Describe(store.State));
        }

        return states;
    }

    public static string Describe(RunState? state) =>
        state is null ? "" : System.Text.Json.JsonSerializer.Serialize(state, StateJson.State);
}
