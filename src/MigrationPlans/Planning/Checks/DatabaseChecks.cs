using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Checks;

/// <summary>The two databases themselves: there, free, of fitting versions.</summary>
internal static class DatabaseChecks
{
    public static Diagnostic SourceMissing(DatabaseMapping mapping, EndpointFacts server, SourceMap positions) => PlanningDiagnostics.SourceMissing(
        mapping.Address,
        mapping.From.ToString(),
        DidYouMean.Find(mapping.From.Database, server.Databases.Select(database => database.Name)),
        positions.Value($"{mapping.Path}.from"));

    /// <summary>Says what no fact is known about, unless the inspection has said it already.</summary>
    public static IEnumerable<Diagnostic> FactsMissing(
        DatabaseMapping mapping, EndpointFacts? server, DatabaseFacts? source, InspectedFacts facts, SourceMap positions)
    {
        if (server is not null && source is null && server.Databases.All(database => database.Name != mapping.From.Database))
        {
            yield return SourceMissing(mapping, server, positions);
        }
        else if (facts.Diagnostics.All(diagnostic => diagnostic.Severity != Severity.Error))
        {
            var unknown = server is null || source is null ? $"source `{mapping.From}`" : $"target `{mapping.To}`";
            yield return PlanningDiagnostics.FactsMissing(mapping.Address, unknown, positions.Value(mapping.Path));
        }
    }

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
        else if (facts is { IsResumed: true, FilledBefore: { } begun } && $"{begun}" != facts.Address)
        {
            // The ledger there is this plan's, and another mapping's.
            yield return SameDatabaseDiagnostics.TargetIsTarget(facts.Address, $"{begun}", facts.At("to"));
        }
        else if (facts.Replaces || (facts.Target is { Exists: true, IsEmpty: false } && !facts.IsResumed))
        {
            if (facts.FilledBefore is { } filled)
            {
                yield return PlanningDiagnostics.FinishedChanged(facts.Address, $"{filled}", facts.At("to"));
            }
            else if (facts.Mapping.OnExisting == OnExisting.Fail && !SameDatabaseChecks.IsItsOwnSource(facts))
            {
                yield return PlanningDiagnostics.TargetNotEmpty(facts.Address, facts.Target.ExtensionTableWithRows, facts.At("to"));
            }
        }
        else if (facts.Target is { Exists: true, IsEmpty: true } && !facts.IsResumed)
        {
            yield return ExistingTargetDiagnostics.IsFilled(
                facts.Address, [.. ExtensionPlans.Prepared(facts).Select(extension => extension.Name)], OwnOf(facts), facts.At("to"));
        }

        if (facts.Source.LongTransactions > 0)
        {
            yield return TransactionDiagnostics.LongOpen(
                facts.Address,
                facts.Mapping.From.ToString(),
                facts.Source.LongTransactions,
                facts.Source.OldestTransaction,
                facts.Mapping.Fence == Fence.ReadOnly,
                facts.At("from"));
        }

        if (facts.Source.PreparedTransactions > 0)
        {
            yield return TransactionDiagnostics.Prepared(
                facts.Address, facts.Mapping.From.ToString(), facts.Source.PreparedTransactions, facts.At("from"));
        }
    }

    /// <summary>What the target database has of its own and does not keep. What is said of a schema public that is not picked stays.</summary>
    private static string[] OwnOf(MappingFacts facts) => [.. facts.Target.OwnSettings, .. facts.Filter.PicksSchema("public") ? facts.Target.OwnPrivileges : []];
}
