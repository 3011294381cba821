using MigrationPlans.Manifest;
using MigrationPlans.Planning;

namespace MigrationPlans.Execution;

/// <summary>Shares a run's workers among the databases that are under way, by their size. Pure.</summary>
internal static class WorkerShares
{
    /// <param name="active">All databases that have something left to do, this one among them.</param>
    /// <returns>Connections to each side, at least 1.</returns>
    public static int ShareOf(PlannedDatabase database, IReadOnlyCollection<PlannedDatabase> active, DatabaseMapping mapping, RunLimits limits)
    {
        var fair = (int)Math.Ceiling(limits.Workers * (double)WeightOf(database) / active.Sum(WeightOf));
        var room = Math.Min(
            RoomOn(EndpointRole.Source, mapping.From.Endpoint, active.Count(other => other.From.Endpoint == mapping.From.Endpoint), limits),
            RoomOn(EndpointRole.Target, mapping.To.Endpoint, active.Count(other => other.To.Endpoint == mapping.To.Endpoint), limits));
        room = Math.Min(room, Math.Min(RoomIn(EndpointRole.Source, mapping.From, limits), RoomIn(EndpointRole.Target, mapping.To, limits)));
        var share = Math.Min(Math.Min(fair, room), mapping.Parallelism ?? int.MaxValue);
        return Math.Clamp(share, 1, limits.Workers);
    }

    /// <summary>An even part of the connections that the server had free.</summary>
    private static int RoomOn(EndpointRole role, string endpoint, int databases, RunLimits limits)
    {
        var atOnce = Math.Clamp(databases, 1, limits.Workers);
        return limits.ConnectionRoom.TryGetValue((role, endpoint), out var room) ? (room / atOnce) - RunConnections.Beside : int.MaxValue;
    }

    private static int RoomIn(EndpointRole role, DatabaseAddress database, RunLimits limits) =>
        limits.DatabaseRoom.TryGetValue((role, database), out var room) ? room - RunConnections.Beside : int.MaxValue;

    /// <summary>Never 0: a database that looks empty, or was not looked at, has work too.</summary>
    private static long WeightOf(PlannedDatabase database) => Math.Max(1 << 20, database.Estimate?.Bytes ?? 0);
}
