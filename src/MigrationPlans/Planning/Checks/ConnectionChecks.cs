using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Checks;

/// <summary>Room for connections on each server.</summary>
internal static class ConnectionChecks
{
    public static IEnumerable<Diagnostic> Check(ImmutableArray<MappingFacts> mappings)
    {
        var sides = mappings.SelectMany(mapping => new[]
        {
            (Server: mapping.SourceServer, Mapping: mapping),
            (Server: mapping.TargetServer, Mapping: mapping),
        });
        foreach (var server in sides.GroupBy(side => (side.Server.Role, side.Server.Name)))
        {
            var (facts, mapping) = server.MaxBy(side => side.Mapping.Mapping.Parallelism ?? 0);
            var free = facts.Room;
            var wanted = (mapping.Mapping.Parallelism ?? 1) + RunConnections.Beside;
            var span = mapping.At("parallelism");
            if (free < RunConnections.Least)
            {
                yield return PlanningDiagnostics.NoConnections(mapping.Address, facts.Name, free, RunConnections.Least, span);
            }
            else if (free < wanted)
            {
                yield return PlanningDiagnostics.FewConnections(mapping.Address, facts.Name, free, wanted, span);
            }
        }

        foreach (var finding in mappings.SelectMany(OfDatabases))
        {
            yield return finding;
        }
    }

    /// <summary>A database's own limit; it does not hold for superusers.</summary>
    private static IEnumerable<Diagnostic> OfDatabases(MappingFacts facts)
    {
        var wanted = (facts.Mapping.Parallelism ?? 1) + RunConnections.Beside;
        (EndpointFacts Server, DatabaseFacts Database)[] sides = facts.Target.Exists && !facts.Replaces
            ? [(facts.SourceServer, facts.Source), (facts.TargetServer, facts.Target)]
            : [(facts.SourceServer, facts.Source)];
        foreach (var (server, database) in sides)
        {
            if (!server.Login.IsSuperuser && database.Settings is { ConnectionLimit: >= 0 and var limit } && limit < wanted)
            {
                yield return PlanningDiagnostics.ConnectionLimit(
                    facts.Address, database.Address.ToString(), database.Address.Database, limit, wanted, facts.At("parallelism"));
            }
        }
    }
}
