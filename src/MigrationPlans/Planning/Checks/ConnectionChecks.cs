using System.Collections.Immutable;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Planning.Checks;

/// <summary>Room for connections on each server.</summary>
internal static class ConnectionChecks
{
    /// <summary>A snapshot, a schema dump and one stream of rows.</summary>
    private const int Least = 3;

    /// <summary>Beside the streams: the snapshot and the session that watches.</summary>
    private const int Beside = 2;

    public static IEnumerable<Diagnostic> Check(ImmutableArray<MappingFacts> mappings)
    {
        var sides = mappings.SelectMany(mapping => new[] { (Server: mapping.SourceServer, Mapping: mapping), (Server: mapping.TargetServer, Mapping: mapping) });
        foreach (var server in sides.GroupBy(side => (side.Server.Role, side.Server.Name)))
        {
            var (facts, mapping) = server.MaxBy(side => side.Mapping.Mapping.Parallelism ?? 0);
            var free = facts.Room;
            var wanted = (mapping.Mapping.Parallelism ?? 1) + Beside;
            var span = mapping.At("parallelism");
            if (free < Least)
            {
                yield return PlanningDiagnostics.NoConnections(mapping.Address, facts.Name, free, Least, span);
            }
            else if (free < wanted)
            {
                yield return PlanningDiagnostics.FewConnections(mapping.Address, facts.Name, free, wanted, span);
            }
        }
    }
}
