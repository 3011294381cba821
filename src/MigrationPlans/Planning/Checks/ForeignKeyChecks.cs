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

    public static IEnumerable<ForeignKeyFacts> Crossing(MappingFacts facts) => facts.Source.ForeignKeys.Where(key =>
        facts.Filter.IsCrossing(new TableIdentity(key.Schema, key.Table), new TableIdentity(key.ReferencedSchema, key.ReferencedTable)));
}
