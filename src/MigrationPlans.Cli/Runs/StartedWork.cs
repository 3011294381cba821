using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>What a state has of a manifest, before any server is looked at.</summary>
internal sealed record StartedWork
{
    public static readonly StartedWork None = new();

    /// <summary>
    /// The plan that a run of this manifest began: what it left behind would only look like an obstacle to a new one. Null where there is none.
    /// </summary>
    public MigrationPlan? Plan { get; private init; }

    /// <summary>Whether that plan was carried out.</summary>
    public bool IsFinished { get; private init; }

    /// <summary>What a plan before has done of the manifest, or has begun.</summary>
    public KeptWork Kept { get; private init; } = KeptWork.None;

    /// <summary>The steps that are done, and how long each took.</summary>
    public ImmutableDictionary<string, TimeSpan> Done { get; private init; } = ImmutableDictionary.Create<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>What was made, by this plan and those before it.</summary>
    public ImmutableArray<ResourceState> Resources { get; private init; } = [];

    /// <summary>Of the state; null where there is none.</summary>
    public string? Lineage { get; private init; }

    /// <exception cref="DiagnosticException">The state, or its plan, can't be used.</exception>
    public static async Task<StartedWork> FindAsync(MigrationManifest manifest, IStateFiles files, CancellationToken cancellationToken)
    {
        var state = await StateStore.PeekAsync(files, manifest.Name, cancellationToken);
        var isSame = state?.ManifestDigest == manifest.Digest && state.Only is null;
        switch (state)
        {
            case null:
                return None;
            case { IsRollingBack: true }:
                throw new DiagnosticException(StateDiagnostics.RollbackUnfinished(state.Name, state.TakingBack));
            case { Status: RunStatus.Unfinished or RunStatus.Finished } when isSame:
                var done = state.Steps.Where(step => step.Status == StepStatus.Done).Select(step => step.Id);
                return None with
                {
                    Plan = await StoredPlan.ReadAsync(files, state, cancellationToken),
                    IsFinished = state.Status == RunStatus.Finished,
                    Kept = await StoredPlan.FindKeptAsync(manifest, files, state, cancellationToken),
                    Done = state.TimesOf(done),
                    Lineage = state.Lineage,
                    Resources = [.. state.AllResources],
                };
            default:
                var kept = await StoredPlan.FindKeptAsync(manifest, files, state, cancellationToken);
                return None with { Kept = kept, Done = state.TimesOf(kept.Done), Lineage = state.Lineage, Resources = [.. state.AllResources] };
        }
    }
}
