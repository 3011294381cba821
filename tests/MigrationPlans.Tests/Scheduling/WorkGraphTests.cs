using MigrationPlans.PostgreSql.Scheduling;
using NUnit.Framework;

namespace MigrationPlans.Tests.Scheduling;

public sealed class WorkGraphTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public void A_cancellation_that_nobody_asked_for_ends_the_others_and_is_thrown()
    {
        var passed = new OperationCanceledException("a deadline of its own");
        using var graph = Graph(passed);

        var failure = Assert.CatchAsync<OperationCanceledException>(() => RunAsync(graph, CancellationToken.None));

        Assert.That(failure, Is.SameAs(passed));
    }

    [Test]
    public void A_failure_ends_the_others_and_is_thrown()
    {
        var broken = new IOException("broken");
        using var graph = Graph(broken);

        var failure = Assert.CatchAsync(() => RunAsync(graph, CancellationToken.None));

        Assert.That(failure, Is.SameAs(broken));
    }

    [Test]
    public async Task After_a_wish_to_stop_what_is_under_way_may_end_though_another_was_cancelled()
    {
        using var stopping = new CancellationTokenSource();
        var began = new TaskCompletionSource();
        var hasEnded = false;
        using var graph = new WorkGraph<Nothing>(
        [
            Item("stopped", async _ =>
            {
                await began.Task;
                await stopping.CancelAsync();
                throw new OperationCanceledException(stopping.Token);
            }),
            Item("under way", async token =>
            {
                began.SetResult();
                await Task.Delay(TimeSpan.FromMilliseconds(300), token);
                hasEnded = true;
            }),
        ]);

        Assert.CatchAsync<OperationCanceledException>(() => RunAsync(graph, stopping.Token));
        await began.Task;
        Assert.That(hasEnded, Is.True);
    }

    /// <summary>One item fails while the other worker is at work, and the third waits for both.</summary>
    private static WorkGraph<Nothing> Graph(Exception failure) => new(
    [
        Item("failing", _ => throw failure),
        Item("other", _ => Task.CompletedTask),
        Item("last", _ => Task.CompletedTask, "failing", "other"),
    ]);

    private static WorkItem<Nothing> Item(string key, Func<CancellationToken, Task> act, params string[] dependsOn) => new()
    {
        Key = key,
        Weight = 1,
        DependsOn = [.. dependsOn],
        RunAsync = (_, token) => act(token),
    };

    private static Task RunAsync(WorkGraph<Nothing> graph, CancellationToken stopping) =>
        graph.RunAsync(2, _ => Task.FromResult(new Nothing()), stopping, CancellationToken.None).WaitAsync(Patience, CancellationToken.None);

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
