using System.Data;
using Npgsql;

namespace MigrationPlans.PostgreSql.Scheduling;

/// <summary>A graph whose workers have a driver's connection each.</summary>
public sealed class WorkGraph(IReadOnlyCollection<WorkItem> workItems) : WorkGraph<NpgsqlConnection>(workItems)
{
    /// <summary>The driver closes one in which a server reported an error of its own, be it that the item can do without what it asked for.</summary>
    protected override bool IsUsable(NpgsqlConnection connection) => connection.State == ConnectionState.Open;
}

/// <summary>
/// Runs work items in the order of their dependencies, largest first, on a fixed number of workers with a target connection
/// each. The first failure stops the others, after which it is thrown.
/// </summary>
public class WorkGraph<TConnection> : IDisposable
    where TConnection : class, IAsyncDisposable
{
    /// <summary>After a wish to stop, what is under way may go on for this long; then it is rolled back.</summary>
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, WorkItem<TConnection>> items;
    private readonly Dictionary<string, int> openDependencies;
    private readonly ILookup<string, string> dependents;
    private readonly PriorityQueue<WorkItem<TConnection>, (long, string)> ready = new();
    private readonly SemaphoreSlim available = new(0);
    private readonly Lock gate = new();
    private int left;
    private int running;

    /// <summary>Items that are under way or could be.</summary>
    public int Busy
    {
        get
        {
            lock (gate)
            {
                return running + ready.Count;
            }
        }
    }

    /// <exception cref="InvalidOperationException">The items depend on each other in a circle; the message shows one item of it.</exception>
    public WorkGraph(IReadOnlyCollection<WorkItem<TConnection>> workItems)
    {
        items = workItems.ToDictionary(item => item.Key, StringComparer.Ordinal);
        var edges = workItems
            .SelectMany(item => item.DependsOn.Distinct(StringComparer.Ordinal).Where(items.ContainsKey).Select(dependency => (dependency, item.Key)))
            .ToList();
        dependents = edges.ToLookup(edge => edge.dependency, edge => edge.Key, StringComparer.Ordinal);
        openDependencies = items.Keys.ToDictionary(key => key, _ => 0, StringComparer.Ordinal);
        foreach (var (_, key) in edges)
        {
            openDependencies[key]++;
        }

        left = items.Count;
        RefuseCircles();
    }

    /// <param name="workers">How many items may run at once, at least 1.</param>
    /// <param name="openAsync">Opens a worker's connection; called only for workers that get work, once each, and again where a connection was lost.</param>
    /// <param name="stopping">Ends the run at the next safe point: no item is started any more, then <see cref="OperationCanceledException"/>.</param>
    /// <param name="cancellationToken">Ends the run at once; what is under way is rolled back.</param>
    public async Task RunAsync(
        int workers, Func<CancellationToken, Task<TConnection>> openAsync, CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var grace = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelAfter(GracePeriod), failed);
        lock (gate)
        {
            foreach (var item in items.Values.Where(item => openDependencies[item.Key] == 0))
            {
                Enqueue(item);
            }
        }

        if (left == 0)
        {
            return;
        }

        var running = Enumerable.Range(0, Math.Min(workers, items.Count)).Select(_ => WorkAsync(openAsync, failed, stopping)).ToArray();
        await FirstFailureOf(running, failed, stopping);
    }

    public void Dispose()
    {
        available.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether the worker's next item can have it; else it gets another one.</summary>
    protected virtual bool IsUsable(TConnection connection) => true;

    private async Task WorkAsync(Func<CancellationToken, Task<TConnection>> openAsync, CancellationTokenSource failed, CancellationToken stopping)
    {
        using var noMore = CancellationTokenSource.CreateLinkedTokenSource(failed.Token, stopping);
        TConnection? connection = null;
        try
        {
            while (await NextAsync(noMore.Token) is { } item)
            {
                connection ??= await openAsync(failed.Token);
                await item.RunAsync(connection, failed.Token);
                if (!IsUsable(connection))
                {
                    await connection.DisposeAsync();
                    connection = null;
                }

                Complete(item);
            }
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task<WorkItem<TConnection>?> NextAsync(CancellationToken cancellationToken)
    {
        await available.WaitAsync(cancellationToken);
        lock (gate)
        {
            if (!ready.TryDequeue(out var item, out _))
            {
                return null;
            }

            running++;
            return item;
        }
    }

    private void Complete(WorkItem<TConnection> item)
    {
        lock (gate)
        {
            running--;
            foreach (var dependent in dependents[item.Key])
            {
                if (--openDependencies[dependent] == 0)
                {
                    Enqueue(items[dependent]);
                }
            }

            if (--left == 0)
            {
                // Wake every worker: an empty queue now means the end.
                available.Release(items.Count);
            }
        }
    }

    private void Enqueue(WorkItem<TConnection> item)
    {
        ready.Enqueue(item, (-item.Weight, item.Key));
        available.Release();
    }

    /// <summary>
    /// Waits for all; a worker that failed cancels the others, and its own failure outranks their cancellations. One that was cancelled
    /// though nobody asked for it (a deadline inside the item passed) has failed too: the others would wait for its item for ever.
    /// </summary>
    private static async Task FirstFailureOf(Task[] running, CancellationTokenSource failed, CancellationToken stopping)
    {
        var first = default(Exception);
        await foreach (var worker in Task.WhenEach(running))
        {
            try
            {
                await worker;
            }
            catch (Exception exception)
            {
                if (first is null || (first is OperationCanceledException && exception is not OperationCanceledException))
                {
                    first = exception;
                }

                if (exception is not OperationCanceledException || !stopping.IsCancellationRequested)
                {
                    await failed.CancelAsync();
                }
            }
        }

        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }

    private void RefuseCircles()
    {
        var open = new Dictionary<string, int>(openDependencies, StringComparer.Ordinal);
        var free = new Queue<string>(open.Where(entry => entry.Value == 0).Select(entry => entry.Key));
        var seen = 0;
        while (free.TryDequeue(out var key))
        {
            seen++;
            foreach (var dependent in dependents[key])
            {
                if (--open[dependent] == 0)
                {
                    free.Enqueue(dependent);
                }
            }
        }

        if (seen < items.Count)
        {
            throw new InvalidOperationException($"the work items depend on each other in a circle, {open.First(entry => entry.Value > 0).Key} among them");
        }
    }
}
