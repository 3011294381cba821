using System.Collections.Immutable;
using MigrationPlans.Planning;

namespace MigrationPlans.Execution;

/// <summary>Which steps are left, and which of them can start. Used by one thread.</summary>
internal sealed class StepGraph
{
    private readonly List<Step> waiting;
    private readonly HashSet<string> done;
    private readonly HashSet<string> running = new(StringComparer.Ordinal);
    private readonly ILookup<string, string> lookedAtAgain;

    /// <param name="steps">Each behind those that it depends on.</param>
    /// <param name="doneBefore">
    /// Ids of steps that an earlier run finished. Those whose effect others may have lifted count as waiting where something of their database is
    /// left: it relies on them, by way of steps that are done. So do those whose effect may be gone, where a step that needs it is left.
    /// </param>
    public StepGraph(ImmutableArray<Step> steps, IEnumerable<string> doneBefore)
    {
        done = new HashSet<string>(doneBefore, StringComparer.Ordinal);

        // The last first: a copy that has to be made again needs its snapshot.
        foreach (var step in Enumerable.Reverse(steps).Where(step => step.CanVanish && done.Contains(step.Id)))
        {
            if (steps.Any(other => !done.Contains(other.Id) && other.DependsOn.Contains(step.Id)))
            {
                done.Remove(step.Id);
            }
        }

        var unfinished = steps.Where(step => !done.Contains(step.Id)).Select(step => step.Database).ToHashSet(StringComparer.Ordinal);
        lookedAtAgain = steps.Where(step => step.CanLapse && done.Contains(step.Id) && unfinished.Contains(step.Database))
            .ToLookup(step => step.Database, step => step.Id, StringComparer.Ordinal);
        done.ExceptWith(lookedAtAgain.SelectMany(ids => ids));
        waiting = [.. steps.Where(step => !done.Contains(step.Id))];
    }

    public int Left => waiting.Count + running.Count;

    /// <summary>Steps whose dependencies are done, in the plan's order.</summary>
    public IEnumerable<Step> Ready => waiting.Where(step => Needs(step).All(done.Contains));

    /// <summary>Databases that have something left to do or under way.</summary>
    public IEnumerable<string> ActiveDatabases(Func<string, string> databaseOf) =>
        waiting.Select(step => step.Database).Concat(running.Select(databaseOf)).Distinct(StringComparer.Ordinal);

    public void Start(Step step)
    {
        waiting.Remove(step);
        running.Add(step.Id);
    }

    public void Complete(Step step)
    {
        running.Remove(step.Id);
        done.Add(step.Id);
    }

    /// <summary>Takes the step out, and with it all that depend on it, at one remove or more.</summary>
    /// <returns>Those others, in the plan's order.</returns>
    public ImmutableArray<Step> Fail(Step step)
    {
        running.Remove(step.Id);
        var lost = new HashSet<string>(StringComparer.Ordinal) { step.Id };
        var skipped = ImmutableArray.CreateBuilder<Step>();
        foreach (var candidate in waiting.Where(candidate => Needs(candidate).Any(lost.Contains)))
        {
            lost.Add(candidate.Id);
            skipped.Add(candidate);
        }

        waiting.RemoveAll(candidate => lost.Contains(candidate.Id));
        return skipped.ToImmutable();
    }

    private IEnumerable<string> Needs(Step step) => step.DependsOn.Concat(lookedAtAgain[step.Database].Where(id => id != step.Id));

    /// <summary>Takes the step out without a verdict: a later run does it.</summary>
    public void Leave(Step step) => running.Remove(step.Id);
}
