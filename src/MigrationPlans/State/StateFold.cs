using System.Collections.Immutable;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary>Adds journal events up to a state. Pure.</summary>
internal static class StateFold
{
    /// <exception cref="InvalidDataException">The event can't follow: the journal was not written by a run of ours.</exception>
    public static RunState Add(RunState? state, JournalEvent happened, long sequence, DateTimeOffset at, string lineHash)
    {
        var next = happened switch
        {
            PlanAdopted adopted => Adopt(state, adopted, at),
            _ when state is null => throw new InvalidDataException("the first event is not the adoption of a plan"),
            RunBegun => state with { Runs = state.Runs + 1 },
            StepBegun begun => Update(state, begun.Step, step => step with
            {
                Status = StepStatus.Running,
                Attempts = step.Attempts + 1,
                StartedAt = at,
                EndedAt = null,
                Problem = null,
                // It has found the mark still there.
                IsEnding = null,
            }),
            StepEnding ending => Update(state, ending.Step, step => step with { IsEnding = true }),
            StepFinished done => Settle(Update(state, done.Step, step => step with
            {
                Status = StepStatus.Done,
                StartedAt = step.StartedAt ?? at,
                EndedAt = at,
                Summary = done.Summary,
                Notes = done.Notes,
                Problem = null,
                IsEnding = null,
            })),
            StepGivenUp failed => Update(state, failed.Step, step => step with { Status = StepStatus.Failed, EndedAt = at, Problem = failed.Problem }),
            StepPassedOver skipped => Update(state, skipped.Step, step => step with { Status = StepStatus.Skipped, Problem = SkippedBecauseOf(skipped) }),
            StepStopped stopped => Update(state, stopped.Step, step => step with { Status = StepStatus.Interrupted, EndedAt = at }),
            ResourceRecorded created => Record(state, created),
            ResourceRemoved removed => Remove(state, removed),
            PartTakenBack part => TakeBack(state, part),
            RollbackBegun begun => BeginRollback(state, begun.WithEarlier == true),
            RolledBack => Clear(state),
            RunFinished => state,
            _ => throw new InvalidDataException($"an event of type {happened.GetType().Name} is unknown"),
        };
        return next with { Serial = sequence, UpdatedAt = at, LastLine = lineHash };
    }

    private static RunState Adopt(RunState? state, PlanAdopted adopted, DateTimeOffset at)
    {
        if (state is not null && (state.Lineage != adopted.Lineage || state.IsRollingBack || (state.Status == RunStatus.Unfinished && adopted.GoesOn is null)))
        {
            throw new InvalidDataException("a plan is adopted while another one, or its rollback, is unfinished");
        }

        // Older versions took for the new plan's own what earlier ones had made; their journals must come to what they wrote.
        var settled = adopted.Kept is null ? [] : FindSettled(state, adopted.Settled ?? []);
        var steps = adopted.Steps
            .Select(id => adopted.Kept?.Contains(id) == true
                ? Keep(state, id)
                : adopted.GoesOn?.Contains(id) == true ? GoOn(state, id) : new StepState { Id = id })
            .ToImmutableArray();
        return Settle(new RunState
        {
            Lineage = adopted.Lineage,
            Serial = 0,
            LastLine = "",
            Name = adopted.Name,
            PlanDigest = adopted.PlanDigest,
            ManifestDigest = adopted.ManifestDigest,
            Status = RunStatus.Unfinished,
            Only = adopted.Only,
            UpdatedAt = at,
            Steps = steps,
            Resources = [.. (state?.Resources ?? []).Where(resource => !settled.Contains(resource))],
            Earlier = AnyOf([.. state?.Earlier ?? [], .. settled]),
        });
    }

    /// <summary>What was made for databases and instances that are done: a rollback of the next plan leaves it.</summary>
    /// <param name="shared">Steps whose resources are what finished ones rely on, too.</param>
    private static ImmutableArray<ResourceState> FindSettled(RunState? state, ImmutableArray<string> shared)
    {
        if (state is not { Status: RunStatus.Finished or RunStatus.Unfinished })
        {
            return [];
        }

        var done = state.Steps.GroupBy(step => RunState.AddressOf(step.Id), StringComparer.Ordinal)
            .Where(steps => steps.All(step => step.Status == StepStatus.Done))
            .Select(steps => steps.Key)
            .ToHashSet(StringComparer.Ordinal);
        return [.. state.Resources.Where(resource => state.Status == RunStatus.Finished
            || done.Contains(RunState.AddressOf(resource.Step))
            || shared.Contains(resource.Step))];
    }

    private static StepState GoOn(RunState? state, string id) =>
        state?.Find(id) ?? throw new InvalidDataException($"step `{id}` is gone on with, and was not there");

    private static StepState Keep(RunState? state, string id) => state?.Find(id) is { Status: StepStatus.Done } step
        ? step with { IsKept = true }
        : throw new InvalidDataException($"step `{id}` is kept, and was not done");

    private static RunState Update(RunState state, string stepId, Func<StepState, StepState> change)
    {
        for (var i = 0; i < state.Steps.Length; i++)
        {
            if (state.Steps[i].Id == stepId)
            {
                return state with { Steps = state.Steps.SetItem(i, change(state.Steps[i])) };
            }
        }

        throw new InvalidDataException($"the plan has no step `{stepId}`");
    }

    private static RunState Settle(RunState state) =>
        state.Steps.All(step => step.Status == StepStatus.Done) ? state with { Status = RunStatus.Finished } : state;

    /// <summary>An older version did not say when it began, and left the steps as they were: its journals must come to what it wrote.</summary>
    private static RunState Clear(RunState state) => state with
    {
        Status = RunStatus.RolledBack,
        TakingBack = null,
        Steps = state.Status == RunStatus.RollingBack
            ? [.. state.Steps.Select(step => step.IsKept == true ? step : new StepState { Id = step.Id })]
            : state.Steps,
    };

    /// <summary>
    /// Until it has ended, steps tell by their status what stands with what they have made: of a finished database,
    /// nothing that is in it does.
    /// </summary>
    private static RunState TakeBack(RunState state, PartTakenBack part)
    {
        if (part.IsEnded == true)
        {
            return EndPart(state with { TakingBack = AnyOf((state.TakingBack ?? []).Except(part.Addresses)) }, part.Addresses);
        }

        var marked = state with { TakingBack = AnyOf((state.TakingBack ?? []).Union(part.Addresses)) };
        return part.WithEarlier != true ? marked : marked with
        {
            Resources = [.. (state.Earlier ?? []).Where(IsOfPart), .. state.Resources],
            Earlier = AnyOf((state.Earlier ?? []).Where(earlier => !IsOfPart(earlier))),
            Steps = [.. state.Steps.Select(step => part.Addresses.Contains(RunState.AddressOf(step.Id)) ? step with { IsKept = null } : step)],
        };

        bool IsOfPart(ResourceState resource) => part.Addresses.Contains(RunState.AddressOf(resource.Step));
    }

    /// <summary>What was approved of the plan was about what was there then: this part is out of it.</summary>
    private static RunState EndPart(RunState state, ImmutableArray<string> addresses)
    {
        if (state.Status == RunStatus.RolledBack)
        {
            return state with
            {
                Steps = [.. state.Steps.Select(step => addresses.Contains(RunState.AddressOf(step.Id)) ? new StepState { Id = step.Id } : step)],
            };
        }

        ImmutableArray<StepState> left = [.. state.Steps.Where(step => !addresses.Contains(RunState.AddressOf(step.Id)))];
        return state with
        {
            Status = RunStatus.Unfinished,
            Steps = left,
            Only = [.. left.Select(step => RunState.AddressOf(step.Id)).Distinct(StringComparer.Ordinal)],
        };
    }

    private static RunState BeginRollback(RunState state, bool withEarlier) => withEarlier
        ? state with
        {
            Status = RunStatus.RollingBack,
            Resources = [.. state.AllResources],
            Earlier = null,
            Steps = [.. state.Steps.Select(step => step with { IsKept = null })],
        }
        : state with { Status = RunStatus.RollingBack };

    /// <summary>
    /// What an earlier plan made and this one makes anew is this one's from then on. What it finds in its place stays the earlier
    /// one's, for what lives there.
    /// </summary>
    private static RunState Record(RunState state, ResourceRecorded created)
    {
        var resource = new ResourceState(created.Resource, created.Endpoint, created.Name, created.Step)
        {
            Location = created.Location,
            SystemIdentifier = created.SystemIdentifier,
            DatabaseOid = created.DatabaseOid,
        };
        var known = state.AllResources.FirstOrDefault(known => Same(known, created.Resource, created.Endpoint, created.Name, created.Location));
        if (known is not null && created.DatabaseOid is not null && state.Resources.IndexOf(known) is >= 0 and var place)
        {
            // Recorded before it was made; this says what it became.
            return state with { Resources = state.Resources.SetItem(place, resource) };
        }

        var isSettled = known is not null && (created.Found == true || state.Resources.Contains(known));
        return isSettled
            ? state
            : state with { Resources = state.Resources.Add(resource), Earlier = AnyOf((state.Earlier ?? []).Where(earlier => earlier != known)) };
    }

    private static RunState Remove(RunState state, ResourceRemoved removed)
    {
        return state with { Resources = [.. state.Resources.Where(Stays)], Earlier = AnyOf((state.Earlier ?? []).Where(Stays)) };

        bool Stays(ResourceState known) => !Same(known, removed.Resource, removed.Endpoint, removed.Name, removed.Location);
    }

    private static ImmutableArray<T>? AnyOf<T>(IEnumerable<T> items) => items.ToImmutableArray() is { IsEmpty: false } some ? some : null;

    private static bool Same(ResourceState known, string kind, string endpoint, string name, string? location) =>
        known.Kind == kind && known.Endpoint == endpoint && known.Name == name && (known.Location == location || known.Location is null || location is null);

    private static StepProblem SkippedBecauseOf(StepPassedOver skipped) =>
        new(ExecutionDiagnostics.SkippedCode, $"not tried, because {skipped.BecauseOf} failed");
}
