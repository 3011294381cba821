using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Checks;

/// <summary>Programs that a run would need here, one finding a source however many databases come from it.</summary>
internal static class ToolChecks
{
    /// <param name="tools">Those of this machine, newest first; null where nobody looked.</param>
    public static IEnumerable<Diagnostic> Check(ImmutableArray<MappingFacts> mappings, ImmutableArray<ToolFacts>? tools)
    {
        if (tools is not { } found)
        {
            return [];
        }

        var newest = found.FirstOrDefault();
        return
            from source in mappings.GroupBy(mapping => mapping.SourceServer.Name, StringComparer.Ordinal)
            let needed = source.First().SourceServer.MajorVersion
            where newest is null || newest.MajorVersion < needed
            select ToolDiagnostics.DumpToolMissing(
                source.Key, needed, newest is null ? null : (newest.Version, newest.Directory), source.Count(), source.First().At("from"));
    }
}
