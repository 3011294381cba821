using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Checks;

/// <summary>
/// No mapping's target is a source or the target of another one. Endpoints are compared by what their servers say of themselves: two names,
/// or a tunnel that was copied, can lead to one server.
/// </summary>
internal static class SameDatabaseChecks
{
    public static IEnumerable<Diagnostic> Check(ImmutableArray<MappingFacts> mappings)
    {
        for (var i = 0; i < mappings.Length; i++)
        {
            var target = mappings[i];
            if (mappings.FirstOrDefault(other => IsTarget(target, other.SourceServer, other.Mapping.From.Database)) is { } source)
            {
                yield return SameDatabaseDiagnostics.TargetIsSource(target.Address, source.Mapping.From.ToString(), target.At("to"));
            }

            if (target.Replaces && mappings.FirstOrDefault(other => MayBePrimaryOf(target, other)) is { } replica)
            {
                yield return SameDatabaseDiagnostics.SourceFollowsTarget(target.Address, replica.Mapping.From.ToString(), target.At("to"));
            }

            if (mappings.Take(i).FirstOrDefault(other => IsTarget(target, other.TargetServer, other.Mapping.To.Database)) is { } first)
            {
                yield return SameDatabaseDiagnostics.TargetIsTarget(target.Address, first.Address, target.At("to"));
            }
        }
    }

    /// <summary>Whether the mapping's target is its source, by whatever names.</summary>
    public static bool IsItsOwnSource(MappingFacts mapping) => IsTarget(mapping, mapping.SourceServer, mapping.Mapping.From.Database);

    private static bool MayBePrimaryOf(MappingFacts mapping, MappingFacts other) =>
        other.Mapping.From.Database == mapping.Mapping.To.Database
        && mapping.TargetServer.Identity is { } target
        && other.SourceServer.Identity?.MayFollow(target) == true;

    private static bool IsTarget(MappingFacts mapping, EndpointFacts server, string database) =>
        database == mapping.Mapping.To.Database && mapping.TargetServer.Identity is { } target && server.Identity?.IsSame(target) == true;
}
