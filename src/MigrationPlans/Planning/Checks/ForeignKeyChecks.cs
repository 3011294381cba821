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
                facts.Address,
                key.Name,
                $"{key.Schema}.{key.Table}",
                $"{key.ReferencedSchema}.{key.ReferencedTable}",
                $"{Left(facts, key)}",
                facts.At("include")));

    public static IEnumerable<ForeignKeyFacts> Crossing(MappingFacts facts) => facts.Source.ForeignKeys.Where(key =>
        facts.Filter.IsCrossing(new TableIdentity(key.Schema, key.Table), Referenced(key)));

    /// <summary>Of a crossing key: the referenced table, or a partition of it, whose rows stay behind.</summary>
    public static TableIdentity Left(MappingFacts facts, ForeignKeyFacts key) => facts.Filter.FindWithoutRows(Referenced(key)) ?? Referenced(key);

    private static TableIdentity Referenced(ForeignKeyFacts key) => new(key.ReferencedSchema, key.ReferencedTable);
}
