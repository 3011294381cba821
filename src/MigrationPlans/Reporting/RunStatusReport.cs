using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.State;

namespace MigrationPlans.Reporting;

/// <summary>How far a plan is, by database, as its state says.</summary>
public sealed record RunStatusReport
{
    public string FormatVersion { get; init; } = "1.0";

    public required string Name { get; init; }

    /// <summary><c>none</c>, <c>unfinished</c>, <c>finished</c>, <c>rolling-back</c> or <c>rolled-back</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Who is working on it now; null when nobody is.</summary>
    public string? RunningBy { get; init; }

    public string? PlanDigest { get; init; }

    /// <summary>The manifest differs from the one that the state is about.</summary>
    public bool ManifestChanged { get; init; }

    /// <summary>The databases and instances that the plan was made for, or that are left of it. Null: the whole manifest.</summary>
    public ImmutableArray<string>? Only { get; init; }

    /// <summary>The databases and instances that alone are being taken back. Null: none.</summary>
    [JsonIgnore]
    public ImmutableArray<string>? TakingBack { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public ImmutableArray<DatabaseStatus> Databases { get; init; } = [];

    /// <summary>What exists because of the plan.</summary>
    public ImmutableArray<ResourceState> Resources { get; init; } = [];

    /// <summary>What exists because of plans that were finished before it. Null: nothing.</summary>
    public ImmutableArray<ResourceState>? Earlier { get; init; }

    /// <param name="state">Null: no run has begun.</param>
    /// <param name="runningBy">The lock's holder, if it has one.</param>
    public static RunStatusReport Of(MigrationManifest manifest, RunState? state, string? runningBy) => state is null
        ? new RunStatusReport { Name = manifest.Name, Status = "none", RunningBy = runningBy }
        : new RunStatusReport
        {
            Name = manifest.Name,
            Status = state.Status switch
            {
                _ when state.IsRollingBack => "rolling-back",
                RunStatus.Finished when state.Only is null => "finished",
                RunStatus.RolledBack => "rolled-back",
                _ => "unfinished",
            },
            RunningBy = runningBy,
            PlanDigest = state.PlanDigest,
            ManifestChanged = state.ManifestDigest != manifest.Digest,
            Only = state.Only,
            TakingBack = state.TakingBack,
            UpdatedAt = state.UpdatedAt,
            Databases =
            [
                .. state.Steps
                    .Select(step => Correct(step, runningBy))
                    .GroupBy(step => RunState.AddressOf(step.Id), StringComparer.Ordinal)
                    .Select(group => DatabaseStatus.Of(group.Key, [.. group])),
                .. manifest.Databases
                    .Where(mapping => state.Only is not null && !state.Covers(mapping.Address))
                    .Select(mapping => DatabaseStatus.NotPlanned(mapping.Address)),
            ],
            Resources = state.Resources,
            Earlier = state.Earlier,
        };

    /// <summary>A step that was begun and has not ended runs only while somebody holds the lock; else its run died.</summary>
    private static StepState Correct(StepState step, string? runningBy) =>
        step.Status == StepStatus.Running && runningBy is null ? step with { Status = StepStatus.Interrupted } : step;
}

/// <summary>How far one database, or one instance that moves as a whole, is.</summary>
public sealed record DatabaseStatus
{
    public required string Database { get; init; }

    public required StepStatus Status { get; init; }

    public required int Done { get; init; }

    public required ImmutableArray<StepState> Steps { get; init; }

    /// <summary>From the first step's start to the last one's end; a break between two runs counts in.</summary>
    public TimeSpan? Elapsed { get; init; }

    /// <summary>An instance that moves by snapshot.</summary>
    [JsonIgnore]
    public bool IsInstance => Steps.Any(step => step.Id.EndsWith($":{RestoreInstanceStep.KindName}", StringComparison.Ordinal));

    /// <summary>One that the plan was not made for.</summary>
    public static DatabaseStatus NotPlanned(string database) => new() { Database = database, Status = StepStatus.Pending, Done = 0, Steps = [] };

    public static DatabaseStatus Of(string database, ImmutableArray<StepState> steps)
    {
        var ends = steps.Where(step => step.EndedAt is not null).Select(step => step.EndedAt!.Value).ToList();
        var starts = steps.Where(step => step.StartedAt is not null).Select(step => step.StartedAt!.Value).ToList();
        return new DatabaseStatus
        {
            Database = database,
            Status = Worst(steps),
            Done = steps.Count(step => step.Status == StepStatus.Done),
            Steps = steps,
            Elapsed = starts.Count > 0 && ends.Count > 0 && ends.Max() >= starts.Min() ? ends.Max() - starts.Min() : null,
        };
    }

    private static StepStatus Worst(ImmutableArray<StepState> steps)
    {
        StepStatus[] byWeight = [StepStatus.Failed, StepStatus.Running, StepStatus.Interrupted];
        var heaviest = byWeight.Cast<StepStatus?>().FirstOrDefault(status => steps.Any(step => step.Status == status));
        return heaviest ?? (steps.All(step => step.Status == StepStatus.Done) ? StepStatus.Done : StepStatus.Pending);
    }
}
