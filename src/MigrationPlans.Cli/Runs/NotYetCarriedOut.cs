using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Cli.Runs;

/// <summary>Finds what a manifest may say and this version can't do yet, before anything is touched.</summary>
internal static class NotYetCarriedOut
{
    public static IEnumerable<Diagnostic> Find(IEnumerable<DatabaseMapping> mappings)
    {
        foreach (var mapping in mappings.Where(mapping => mapping.Strategy == Strategy.Replicate))
        {
            yield return ExecutionDiagnostics.NotYetCarriedOut(
                mapping.Address, $"strategy `{mapping.Strategy.ToString().ToLowerInvariant()}` of {mapping.Address}");
        }
    }
}
