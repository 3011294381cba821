using System.Collections.Concurrent;
using MigrationPlans.Execution;

namespace MigrationPlans.Reporting;

/// <summary>Thins out what is told of long waits: the first time, and when one has lasted twice as long. May be called from many threads.</summary>
public sealed class WaitRhythm
{
    private readonly ConcurrentDictionary<(string Who, string Connection), LongWait> told = new();

    /// <param name="who">Waits on the connection.</param>
    public bool IsDue(string who, LongWait wait)
    {
        var last = told.GetValueOrDefault((who, wait.Connection));
        var isDue = last is null || wait.Began != last.Began || wait.Lasted < last.Lasted || wait.Lasted >= 2 * last.Lasted;
        if (isDue)
        {
            told[(who, wait.Connection)] = wait;
        }

        return isDue;
    }
}
