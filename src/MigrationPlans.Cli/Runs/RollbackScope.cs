using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>What of a state's resources a rollback takes back, in which order, and what stays.</summary>
/// <param name="withEarlier">Also what plans made that were finished before it.</param>
/// <param name="part">Addresses of the databases and instances whose own is taken back; empty means all.</param>
internal sealed class RollbackScope(MigrationManifest manifest, RunSession session, bool withEarlier, IReadOnlySet<string> part)
{
    public const string Role = "role";

    public const string Fence = "fence";

    // Writers get back in first; roles go last, because databases hold what depends on them. Rights go when the databases are gone that
    // hand them on, and before the ledger that names them.
    private static readonly string[] Order = [Fence, "instance", "snapshot", "archive", "database", "rights", "ledger", Role];

    /// <summary>
    /// A plan can have thousands, and each write of the state is a flush of the disk, or a request to S3. But what is dropped and not
    /// journaled yet is dropped once more by the next rollback.
    /// </summary>
    private const int RolesAtOnce = 10;

    private RunState State => session.State!;

    public bool IsAll => part.Count == 0;

    /// <summary>What an earlier plan did stays done where what it made stays.</summary>
    public ImmutableArray<string> Addresses => [.. part.Where(address => withEarlier || !IsKept(address)).Order(StringComparer.Ordinal)];

    /// <summary>Of what is named, nothing was made or tried, or only by an earlier plan.</summary>
    public bool IsNothing => !IsAll && InOrder().Count == 0 && !Addresses.Any(address =>
        State.TakingBack?.Contains(address) == true || State.Steps.Any(step => step.Status != StepStatus.Pending && RunState.AddressOf(step.Id) == address));

    public IEnumerable<ResourceState> OfEarlier => withEarlier ? [] : (State.Earlier ?? []).Where(IsOfPart);

    /// <summary>What stays though this plan made it, and why.</summary>
    public IEnumerable<(ResourceState Resource, string Reason)> Shared =>
        from resource in withEarlier ? State.AllResources : State.Resources
        where IsOfPart(resource)
        let reason = FindSharer(resource)
        where reason is not null
        select (resource, reason);

    public List<ResourceState> InOrder() =>
        [.. (withEarlier ? State.AllResources : State.Resources)
            .Where(resource => IsOfPart(resource) && FindSharer(resource) is null)
            .Reverse()
            .OrderBy(resource => Array.IndexOf(Order, resource.Kind))];

    /// <summary>
    /// What is journaled in one write. A fence comes with the unfinished targets behind it: another run may have taken
    /// them over, which shows when they are to be removed.
    /// </summary>
    public IEnumerable<ResourceState[]> InBatches()
    {
        var all = InOrder();
        var fences = all.Where(resource => resource.Kind == Fence)
            .Select(fence => (ResourceState[])[.. all.Where(resource => StandsBehind(resource, fence)), fence])
            .ToList();
        var others = all.Except(fences.SelectMany(batch => batch)).ToLookup(resource => resource.Kind == Role);
        return fences.Concat(others[false].Select(resource => new[] { resource })).Concat(others[true].Chunk(RolesAtOnce));
    }

    /// <summary>What plans made that were finished before this one has no steps in the state any more.</summary>
    public ResourceStanding StandingOf(ResourceState resource)
    {
        if (State.Find(resource.Step)?.Status is StepStatus.Running or StepStatus.Failed or StepStatus.Interrupted)
        {
            return ResourceStanding.Unconfirmed;
        }

        return State.Find($"{RunState.AddressOf(resource.Step)}:{VerifyStep.KindName}") switch
        {
            null or { Status: StepStatus.Done } => ResourceStanding.Finished,
            { IsEnding: true } => ResourceStanding.Ending,
            _ => ResourceStanding.Begun,
        };
    }

    /// <summary>Says how a fence that stays is lifted.</summary>
    public static string Lift(ResourceState fence) =>
        $"to let writers back in, run ALTER DATABASE {SqlText.Identifier(fence.Name)} RESET default_transaction_read_only there";

    private bool IsOfPart(ResourceState resource) => IsAll || part.Contains(RunState.AddressOf(resource.Step));

    private bool IsKept(string address) => State.Steps.Any(step => step.IsKept == true && RunState.AddressOf(step.Id) == address);

    /// <returns>Why it stays; null where it does not.</returns>
    private string? FindSharer(ResourceState resource) => resource.Kind switch
    {
        // Those that were made for one database others may have found and rely on.
        Role when !IsAll => "other databases may need it; a rollback of all takes it back",
        Fence when !IsAll && BehindOf(resource).FirstOrDefault(address => !part.Contains(address)) is { } other =>
            $"{other} stands behind it; a rollback of all takes it back",
        _ => null,
    };

    /// <summary>The mappings whose source it fences.</summary>
    private IEnumerable<string> BehindOf(ResourceState fence) => manifest.Databases
        .Where(mapping => mapping.Fence == Manifest.Fence.ReadOnly && mapping.From == new DatabaseAddress(fence.Endpoint, fence.Name))
        .Select(mapping => mapping.Address);

    private bool StandsBehind(ResourceState resource, ResourceState fence)
    {
        var address = RunState.AddressOf(resource.Step);
        return resource.Kind is "database" or "ledger" && StandingOf(resource) != ResourceStanding.Finished
            && (address == RunState.AddressOf(fence.Step) || BehindOf(fence).Contains(address));
    }
}
