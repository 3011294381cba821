using MigrationPlans.Manifest;

namespace MigrationPlans.Execution;

/// <summary>Takes back what a plan created on a server.</summary>
public interface IResourceRemover
{
    /// <summary>Removes the resource; one that is gone already counts as removed.</summary>
    /// <param name="lineage">Of the state that says so.</param>
    /// <exception cref="StepFailedException">The server refuses, or can't be reached.</exception>
    Task<RemovalResult> RemoveAsync(
        MigrationManifest manifest, string lineage, CreatedResource resource, ResourceStanding standing, CancellationToken cancellationToken);
}

/// <param name="IsGone">False: it stays, and the finding says why.</param>
/// <param name="Finding">What was done, in a few words: <c>database dropped</c>.</param>
public sealed record RemovalResult(bool IsGone, string Finding)
{
    /// <summary>False: what is there was seen to be none of this plan's; nobody has to take it back.</summary>
    public bool IsOurs { get; init; } = true;

    /// <summary>True: a run with another state goes on with it, or has finished it.</summary>
    public bool IsTakenOver { get; init; }
}
