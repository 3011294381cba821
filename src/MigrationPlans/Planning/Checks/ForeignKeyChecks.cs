using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Checks;

/// <summary>Foreign keys from what is carried over to what is not.</summary>
internal static class ForeignKeyChecks
{
    public static IEnumerable<Diagnostic> Check(MappingFacts facts) =>
        facts.Mapping.CrossBoundaryForeignKeys == CrossBoundaryForeignKeys.Drop
            ? []
            : Crossing(facts).Select(key => PlanningDiagnostics.CrossBoundary(
                facts.Address, key.Name, $"{key.Schema}.{key.Table}", $"{key.ReferencedSchema}.{key.ReferencedTable}", facts.At("include")));

    /// <summary>Keys that can't hold on the target: the referencing rows arrive, the referenced ones do not.</summary>
    public static IEnumerable<ForeignKeyFacts> Crossing(MappingFacts facts) =>
        facts.Source.ForeignKeys.Where(key =>
            facts.Filter.PicksRows(key.Schema, key.Table) && !facts.Filter.PicksRows(key.ReferencedSchema, key.ReferencedTable)
            || facts.Filter.PicksTable(key.Schema, key.Table) && !facts.Filter.PicksTable(key.ReferencedSchema, key.ReferencedTable));
}
