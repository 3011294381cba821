using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Reporting;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>
/// Takes back what a state says its plan made, each removal journaled when it is done, ten roles at a time. Safe to run again:
/// what is gone counts as removed.
/// </summary>
/// <param name="withEarlier">Also what plans made that were finished before it.</param>
/// <param name="part">Addresses of the databases and instances whose own is taken back; empty means all.</param>
internal sealed class RollbackRun(CommandHost host, MigrationManifest manifest, RunSession session, bool withEarlier, IReadOnlySet<string> part)
{
    private readonly RollbackScope scope = new(manifest, session, withEarlier, part);

    private readonly StyledWriter writer = new(host.Out, host.ColorOut);

    public void Describe()
    {
        writer.WriteLine($"{manifest.Name}: rollback{(scope.IsAll ? "" : $" of {Join(part)} alone")}", TextStyle.Heading);
        var resources = scope.InOrder();
        foreach (var resource in resources)
        {
            writer.Write($"  {Verb(resource.Kind),-8} ", TextStyle.Bad)
                .WriteLine($"{NameOf(resource)}{PlaceOf(resource)}{Leaver(resource)}{Loss(resource.Kind)}");
        }

        if (resources.Count == 0 && !scope.IsNothing)
        {
            writer.WriteLine("  nothing was created; only the state is cleared");
        }

        foreach (var (resource, reason) in scope.Shared)
        {
            writer.Write($"  {"stays",-8} ", TextStyle.Faint).WriteLine($"{NameOf(resource)}{PlaceOf(resource)}: {reason}");
        }

        foreach (var resource in scope.OfEarlier)
        {
            writer.Write($"  {"stays",-8} ", TextStyle.Faint)
                .WriteLine($"{NameOf(resource)}{PlaceOf(resource)}: of an earlier plan, which was finished{(resource.Kind == RollbackScope.Fence ? $"; {RollbackScope.Lift(resource)}" : "")}");
        }
    }

    /// <returns>Whether there is nothing to take back, which it says.</returns>
    public bool SayIfNothing()
    {
        if (scope.IsNothing)
        {
            writer.WriteLine(
                $"{manifest.Name}: nothing to do for {Join(part)}{(scope.OfEarlier.Any() ? "; what an earlier plan made, `--earlier` takes back" : "")}");
        }

        return scope.IsNothing;
    }

    public async Task<int> CompleteAsync()
    {
        var addresses = scope.Addresses;
        if (!scope.IsAll)
        {
            await session.Store.AppendAsync(new PartTakenBack(addresses, withEarlier ? true : null));
        }
        else if (session.State!.Status != RunStatus.RollingBack || withEarlier)
        {
            await session.Store.AppendAsync(new RollbackBegun(withEarlier ? true : null));
        }

        var left = new List<Diagnostic>();
        foreach (var some in scope.InBatches().ToList())
        {
            await RemoveAsync(some, left);
        }

        if (left.Count > 0)
        {
            ManifestInput.Report(host, left);
            return ExitCode.Failed;
        }

        await session.Store.AppendAsync(scope.IsAll ? new RolledBack() : new PartTakenBack(addresses, IsEnded: true));
        writer.WriteLine($"{manifest.Name}: {(scope.IsAll ? "" : $"{Join(addresses)} ")}rolled back", TextStyle.Good);
        return ExitCode.Done;
    }

    private static string Join(IEnumerable<string> addresses) => string.Join(", ", addresses.Order(StringComparer.Ordinal));

    /// <summary>Journals what is gone of them in one write, also where it is stopped.</summary>
    private async Task RemoveAsync(ResourceState[] some, List<Diagnostic> left)
    {
        var removed = new List<ResourceRemoved>();
        try
        {
            foreach (var resource in some.Where(resource => !removed.Contains(Removed(resource))))
            {
                host.Stopping.ThrowIfCancellationRequested();
                if (await TryRemoveAsync(resource, some, removed) is { } problem)
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

    private async Task<Diagnostic?> TryRemoveAsync(ResourceState resource, ResourceState[] some, List<ResourceRemoved> removed)
    {
        if (Moved(resource) is { } moved)
        {
            return CommandLineDiagnostics.StillHeld(NameOf(resource), moved);
        }

        try
        {
            var created = new CreatedResource(resource.Kind, resource.Endpoint, resource.Name)
            {
                SystemIdentifier = resource.SystemIdentifier,
                DatabaseOid = resource.DatabaseOid,
            };
            var result = await session.Parts.Remover.RemoveAsync(manifest, session.State!.Lineage, created, scope.StandingOf(resource), host.Stopping);
            writer.Write($"  {NameOf(resource)}: ")
                .WriteLine(
                    result.IsOurs ? result.Finding : $"is not this plan's and stays: {result.Finding}",
                    result.IsGone ? TextStyle.Good : TextStyle.Warning);
            if (result.IsTakenOver)
            {
                GiveUpFences(some, RunState.AddressOf(resource.Step), removed);
            }

            if (result.IsGone || !result.IsOurs)
            {
                removed.Add(Removed(resource));
                return null;
            }

            // A role that something else uses by now is not only ours any more; it does not hold the rollback up.
            return resource.Kind == RollbackScope.Role ? null : CommandLineDiagnostics.StillHeld(NameOf(resource), result.Finding);
        }
        catch (StepFailedException exception)
        {
            return exception.Diagnostic;
        }
    }

    /// <summary>
    /// What was written to the source from then on, the other run's target would lack. A later rollback could not know that any more,
    /// so the state forgets the fence.
    /// </summary>
    private void GiveUpFences(ResourceState[] some, string address, List<ResourceRemoved> removed)
    {
        foreach (var fence in some.Where(resource => resource.Kind == RollbackScope.Fence && !removed.Contains(Removed(resource))))
        {
            writer.Write($"  {NameOf(fence)}: ")
                .WriteLine($"stays: {address} stands behind it, and may be another run's by now; {RollbackScope.Lift(fence)}", TextStyle.Warning);
            removed.Add(Removed(fence));
        }
    }

    private static ResourceRemoved Removed(ResourceState resource) => new(resource.Kind, resource.Endpoint, resource.Name, resource.Location);

    /// <summary>Names and databases are often the same on another server, and nothing there is this plan's.</summary>
    private string? Moved(ResourceState resource)
    {
        var endpoint = resource.Kind == RollbackScope.Fence ? manifest.FindSource(resource.Endpoint) : manifest.FindTarget(resource.Endpoint);
        return resource.Location is { } was && endpoint is not null && !EndpointPlans.IsAt(endpoint, was)
            ? $"it is on {was}, and `{resource.Endpoint}` is {EndpointPlans.Location(endpoint)} in this manifest; use the manifest, with its overlays, that it was applied with"
            : null;
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
        RollbackScope.Fence => "unfence",
        "rights" => "return",
        "ledger" => "remove",
        "instance" or "snapshot" or "archive" => "delete",
        _ => "drop",
    };
}
