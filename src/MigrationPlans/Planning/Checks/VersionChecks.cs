using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Checks;

/// <summary>Objects of the source that the target's version takes otherwise.</summary>
internal static class VersionChecks
{
    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        var outdated = facts.Source.Outdated
            .Where(item => item.Since > facts.SourceServer.MajorVersion && item.Since <= facts.TargetServer.MajorVersion && IsPicked(facts, item));
        foreach (var item in outdated)
        {
            yield return item.Kind == "column"
                ? VersionDiagnostics.NotNullInherited(facts.Address, item.Name, item.Since, facts.At("from"))
                : VersionDiagnostics.SignatureGone(facts.Address, $"{item.Kind} {item.Name}", item.Since, facts.At("from"));
        }
    }

    private static bool IsPicked(MappingFacts facts, OutdatedObject item) =>
        item.Table is { } table ? facts.Filter.PicksTable(item.Schema, table) : facts.Filter.PicksWholeSchema(item.Schema);
}
