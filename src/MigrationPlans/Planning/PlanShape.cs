using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>What every plan promises about its steps; a plan from a file is held to it before anything relies on it.</summary>
internal static class PlanShape
{
    /// <summary>The first broken promise in a few words; null when all hold.</summary>
    public static string? FindFault(MigrationPlan plan)
    {
        var databases = plan.Databases.Select(database => database.Address).ToHashSet(StringComparer.Ordinal);
        if (databases.Count != plan.Databases.Length)
        {
            return "two databases have the same address";
        }

        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in plan.Steps)
        {
            // A step of a move says itself where it goes.
            if (step is not InstanceStep && !databases.Contains(step.Database))
            {
                return $"step `{step.Id}` belongs to no database of the plan";
            }

            // Steps stand behind what they depend on, so this also rules out a cycle.
            if (step.DependsOn.FirstOrDefault(id => !done.Contains(id)) is { } missing)
            {
                return $"step `{step.Id}` depends on `{missing}`, which does not stand before it";
            }

            if (!done.Add(step.Id))
            {
                return $"two steps have the id `{step.Id}`";
            }
        }

        return null;
    }
}
