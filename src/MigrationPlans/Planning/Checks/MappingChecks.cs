using MigrationPlans.Diagnostics;

namespace MigrationPlans.Planning.Checks;

/// <summary>All that can be said against one mapping.</summary>
internal static class MappingChecks
{
    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        if (!facts.Source.Exists)
        {
            return [DatabaseChecks.SourceMissing(facts.Mapping, facts.SourceServer, facts.Positions)];
        }

        return
        [
            .. DatabaseChecks.Check(facts),
            .. ServerChecks.Check(facts),
            .. PrivilegeChecks.Check(facts),
            .. RoleChecks.Check(facts),
            .. ExtensionChecks.Check(facts),
            .. FixedSchemaChecks.Check(facts),
            .. CompletenessChecks.Check(facts),
            .. ClosedColumnChecks.Check(facts),
            .. VersionChecks.Check(facts),
            .. SelectionChecks.Check(facts),
            .. ForeignKeyChecks.Check(facts),
        ];
    }
}
