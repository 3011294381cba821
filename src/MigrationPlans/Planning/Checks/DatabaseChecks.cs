using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Checks;

/// <summary>The two databases themselves: there, free, of fitting versions.</summary>
internal static class DatabaseChecks
{
    public static Diagnostic SourceMissing(MappingFacts facts) => PlanningDiagnostics.SourceMissing(
        facts.Address,
        facts.Mapping.From.ToString(),
        NearestName.Find(facts.Mapping.From.Database, facts.SourceServer.Databases.Select(database => database.Name)),
        facts.At("from"));

    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        if (facts.SourceServer.MajorVersion > facts.TargetServer.MajorVersion)
        {
            yield return PlanningDiagnostics.Downgrade(
                facts.Address, facts.SourceServer.Name, facts.SourceServer.MajorVersion,
                facts.TargetServer.Name, facts.TargetServer.MajorVersion, facts.At("to"));
        }

        if (facts.Target.LedgerPlan is { } other && !facts.IsResumed)
        {
            yield return PlanningDiagnostics.TargetOfAnotherPlan(facts.Address, other, facts.At("to"));
        }
        else if (facts.Target is { Exists: true, IsEmpty: false } && !facts.IsResumed && facts.Mapping.OnExisting == OnExisting.Fail)
        {
            yield return PlanningDiagnostics.TargetNotEmpty(facts.Address, facts.At("to"));
        }

        if (facts.Source.LongTransactions > 0)
        {
            yield return PlanningDiagnostics.LongTransactions(
                facts.Address, facts.Mapping.From.ToString(), facts.Source.LongTransactions, facts.At("from"));
        }
    }
}
