using MigrationPlans.Inspection;

namespace MigrationPlans.Planning;

/// <summary>Which extensions a mapping brings along.</summary>
internal static class ExtensionPlans
{
    /// <summary>Every database has it from its template.</summary>
    private const string Procedural = "plpgsql";

    /// <summary>Extensions to create, by name.</summary>
    public static IEnumerable<ExtensionFacts> Wanted(MappingFacts facts) =>
        facts.Source.Extensions.Where(extension => extension.Name != Procedural && !facts.Mapping.SkipExtensions.Contains(extension.Name));
}
