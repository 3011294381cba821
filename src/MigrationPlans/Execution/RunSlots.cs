using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Execution;

/// <summary>
/// Says which steps may run at once: so many in all, so many a server, and one at a time of those that change what all
/// databases of a server share. Used by one thread.
/// </summary>
internal sealed class RunSlots(RunLimits limits)
{
    private readonly List<(Step Step, DatabaseMapping Mapping)> taken = [];
    private readonly HashSet<string> moves = new(StringComparer.Ordinal);

    /// <param name="mapping">Null: the step moves a whole instance.</param>
    public bool TryTake(Step step, DatabaseMapping? mapping)
    {
        if (mapping is null)
        {
            return moves.Count < limits.Moves && moves.Add(step.Id);
        }

        var isFree = taken.Count < limits.Workers
            && HasRoom(EndpointRole.Source, mapping.From.Endpoint)
            && HasRoom(EndpointRole.Target, mapping.To.Endpoint)
            && !taken.Any(other => Collide(step, mapping, other.Step, other.Mapping));
        if (isFree)
        {
            taken.Add((step, mapping));
        }

        return isFree;
    }

    public void Free(Step step)
    {
        if (!moves.Remove(step.Id))
        {
            taken.RemoveAll(entry => entry.Step.Id == step.Id);
        }
    }

    private bool HasRoom(EndpointRole role, string endpoint)
    {
        var here = taken.Count(entry => EndpointOf(role, entry.Mapping) == endpoint);
        return here == 0 || !limits.ConnectionRoom.TryGetValue((role, endpoint), out var room) || (here + 1) * RunConnections.Least <= room;
    }

    /// <summary>Roles, databases and their settings live in catalogs that all databases of a server share: two at once fail each other.</summary>
    private static bool Collide(Step step, DatabaseMapping mapping, Step other, DatabaseMapping otherMapping) =>
        (ChangesTargetServer(step) && ChangesTargetServer(other) && mapping.To.Endpoint == otherMapping.To.Endpoint)
        || (step is FenceSourceStep && other is FenceSourceStep && mapping.From == otherMapping.From);

    private static bool ChangesTargetServer(Step step) => step is CreateRolesStep or CreateDatabaseStep or ApplySettingsStep;

    private static string EndpointOf(EndpointRole role, DatabaseMapping mapping) =>
        role == EndpointRole.Source ? mapping.From.Endpoint : mapping.To.Endpoint;
}
