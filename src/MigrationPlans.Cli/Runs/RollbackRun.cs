using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.Reporting;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>Takes back what a state says its plan made, each removal journaled when it is done, ten roles at a time. Safe to run again: what is gone counts as removed.</summary>
/// <param name="withEarlier">Also what plans made that were finished before it.</param>
/// <param name="part">Addresses of the databases and instances whose own is taken back; empty means all.</param>
internal sealed class RollbackRun(CommandHost host, MigrationManifest manifest, RunSession session, bool withEarlier, IReadOnlySet<string> part)
{
    // Writers get back in first; roles go last, because databases hold what depends on them. Rights go when the databases are gone that hand them on, and before the ledger that names them.
    private static readonly string[] Order = ["fence", "instance", "snapshot", "archive", "database", "rights", "ledger", Role];

    private const string Role = "role";

    /// <summary>A plan can have thousands, and each write of the state is a flush of the disk, or a request to S3. But what is dropped and not journaled yet is dropped once more by the next rollback.</summary>
    private const int RolesAtOnce = 10;

    private readonly StyledWriter writer = new(host.Out, host.ColorOut);

    public void Describe()
    {
        writer.WriteLine($"{manifest.Name}: rollback{(part.Count == 0 ? "" : $" of {Named} alone")}", TextStyle.Heading);
        var resources = InOrder();
        foreach (var resource in resources)
        {
            writer.Write($"  {Verb(resource.Kind),-8} ", TextStyle.Bad).WriteLine($"{NameOf(resource)}{PlaceOf(resource)}{Leaver(resource)}{Loss(resource.Kind)}");
        }

        if (resources.Count == 0)
        {
            writer.WriteLine("  nothing was created; only the state is cleared");
        }

        foreach (var resource in session.State!.Resources.Where(resource => IsOfPart(resource) && IsShared(resource)))
        {
            writer.Write($"  {"stays",-8} ", TextStyle.Faint).WriteLine($"{NameOf(resource)}{PlaceOf(resource)}: other databases may need it; a rollback of all takes it back");
        }

        foreach (var resource in withEarlier ? [] : (session.State.Earlier ?? []).Where(IsOfPart))
        {
            writer.Write($"  {"stays",-8} ", TextStyle.Faint).WriteLine($"{NameOf(resource)}{PlaceOf(resource)}: of an earlier plan, which was finished");
        }
    }

    public async Task<int> CompleteAsync()
    {
        if (part.Count > 0)
        {
            await session.Store.AppendAsync(new PartTakenBack(Reset));
        }
        else if (session.State!.Status != RunStatus.RollingBack || withEarlier)
        {
            await session.Store.AppendAsync(new RollbackBegun(withEarlier ? true : null));
        }

        var left = new List<Diagnostic>();
        foreach (var some in InBatches())
        {
            await RemoveAsync(some, left);
        }

        if (left.Count > 0)
        {
            ManifestInput.Report(host, left);
            return ExitCode.Failed;
        }

        await session.Store.AppendAsync(part.Count == 0 ? new RolledBack() : new PartTakenBack(Reset, IsEnded: true));
        writer.WriteLine($"{manifest.Name}: {(part.Count == 0 ? "rolled back" : $"{Named} rolled back")}", TextStyle.Good);
        return ExitCode.Done;
    }

    private string Named => string.Join(", ", part.Order(StringComparer.Ordinal));

    /// <summary>What an earlier plan did stays done where what it made stays.</summary>
    private ImmutableArray<string> Reset =>
        [.. part.Where(address => withEarlier || !session.State!.Steps.Any(step => step.IsKept == true && RunState.AddressOf(step.Id) == address)).Order(StringComparer.Ordinal)];

    private bool IsOfPart(ResourceState resource) => part.Count == 0 || part.Contains(RunState.AddressOf(resource.Step));

    /// <summary>Roles that were made for one database others may have found and rely on; and parts of a source stand behind one fence.</summary>
    private bool IsShared(ResourceState resource) => part.Count > 0 && (resource.Kind == Role || (resource.Kind == "fence" && manifest.Databases.Any(mapping =>
        mapping.Fence == Fence.ReadOnly && mapping.From == new DatabaseAddress(resource.Endpoint, resource.Name) && !part.Contains(mapping.Address))));

    /// <summary>Journals what is gone of them in one write, also where it is stopped.</summary>
    private async Task RemoveAsync(ResourceState[] some, List<Diagnostic> left)
    {
        var removed = new List<ResourceRemoved>();
        try
        {
            foreach (var resource in some)
            {
                host.Stopping.ThrowIfCancellationRequested();
                if (await TryRemoveAsync(resource, removed) is { } problem)
                {
                    left.Add(problem);
                }
            }
        }
        finally
        {
            if (removed.Count > 0)
            {
                await session.Store.AppendAsync(removed);
            }
        }
    }

    private async Task<Diagnostic?> TryRemoveAsync(ResourceState resource, List<ResourceRemoved> removed)
    {
        if (Moved(resource) is { } moved)
        {
            return CommandLineDiagnostics.StillHeld(NameOf(resource), moved);
        }

        try
        {
            var created = new CreatedResource(resource.Kind, resource.Endpoint, resource.Name) { SystemIdentifier = resource.SystemIdentifier, DatabaseOid = resource.DatabaseOid };
            var result = await session.Parts.Remover.RemoveAsync(manifest, session.State!.Lineage, created, StandingOf(resource), host.Stopping);
            writer.Write($"  {NameOf(resource)}: ")
                .WriteLine(result.IsOurs ? result.Finding : $"is not this plan's and stays: {result.Finding}", result.IsGone ? TextStyle.Good : TextStyle.Warning);
            if (result.IsGone || !result.IsOurs)
            {
                removed.Add(new ResourceRemoved(resource.Kind, resource.Endpoint, resource.Name, resource.Location));
                return null;
            }

            // A role that something else uses by now is not only ours any more; it does not hold the rollback up.
            return resource.Kind == Role ? null : CommandLineDiagnostics.StillHeld(NameOf(resource), result.Finding);
        }
        catch (StepFailedException exception)
        {
            return exception.Diagnostic;
        }
    }

    /// <summary>What plans made that were finished before this one has no steps in the state any more.</summary>
    private ResourceStanding StandingOf(ResourceState resource)
    {
        if (session.State!.Find(resource.Step)?.Status is StepStatus.Running or StepStatus.Failed or StepStatus.Interrupted)
        {
            return ResourceStanding.Unconfirmed;
        }

        var isDone = session.State.Find($"{RunState.AddressOf(resource.Step)}:{VerifyStep.KindName}")?.Status is null or StepStatus.Done;
        return isDone ? ResourceStanding.Finished : ResourceStanding.Begun;
    }

    /// <summary>Names and databases are often the same on another server, and nothing there is this plan's.</summary>
    private string? Moved(ResourceState resource)
    {
        var endpoint = resource.Kind == "fence" ? manifest.FindSource(resource.Endpoint) : manifest.FindTarget(resource.Endpoint);
        return resource.Location is { } was && endpoint is not null && !EndpointPlans.IsAt(endpoint, was)
            ? $"it is on {was}, and `{resource.Endpoint}` is {EndpointPlans.Location(endpoint)} in this manifest; use the manifest, with its overlays, that it was applied with"
            : null;
    }

    private List<ResourceState> InOrder() =>
        [.. (withEarlier ? session.State!.AllResources : session.State!.Resources).Where(resource => IsOfPart(resource) && !IsShared(resource)).Reverse().OrderBy(resource => Array.IndexOf(Order, resource.Kind))];

    private IEnumerable<ResourceState[]> InBatches()
    {
        var roles = InOrder().ToLookup(resource => resource.Kind == Role);
        return roles[false].Select(resource => new[] { resource }).Concat(roles[true].Chunk(RolesAtOnce));
    }

    private static string PlaceOf(ResourceState resource) => resource.Location is { } where ? $" on {where}" : "";

    private static string NameOf(ResourceState resource) => $"{resource.Kind} {resource.Describe()}";

    /// <summary>Who took a mapping out of the manifest may not think of what it made. Which instances a move picked, the manifest does not say.</summary>
    private string Leaver(ResourceState resource)
    {
        var mapping = RunState.AddressOf(resource.Step);
        var isKnown = resource.Kind is "instance" or "snapshot" || manifest.Databases.Any(known => known.Address == mapping);
        return isKnown ? "" : $", made for {mapping}, which is not in this manifest";
    }

    /// <summary>What goes with it beyond what the plan brought.</summary>
    private static string Loss(string kind) => kind == "instance" ? ", with everything that was written to it since; no final snapshot is taken" : "";

    private static string Verb(string kind) => kind switch
    {
        "fence" => "unfence",
        "rights" => "return",
        "ledger" => "remove",
        "instance" or "snapshot" or "archive" => "delete",
        _ => "drop",
    };
}
