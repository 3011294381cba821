using MigrationPlans.Diagnostics;

namespace MigrationPlans.Planning.Checks;

/// <summary>Extensions that the target can't create, and skips without effect.</summary>
internal static class ExtensionChecks
{
    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        foreach (var extension in ExtensionPlans.Wanted(facts))
        {
            if (!facts.TargetServer.AvailableExtensions.ContainsKey(extension.Name))
            {
                yield return PlanningDiagnostics.ExtensionUnavailable(
                    facts.Address, extension.Name, facts.TargetServer.Name, facts.At("extensions"));
            }
        }

        var present = facts.Source.Extensions.Select(extension => extension.Name).ToList();
        foreach (var skipped in facts.Mapping.SkipExtensions.Where(name => !present.Contains(name)))
        {
            yield return PlanningDiagnostics.ExtensionToSkipUnknown(
                facts.Address, skipped, DidYouMean.Find(skipped, present), facts.At("extensions"));
        }
    }
}
