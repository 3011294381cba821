using MigrationPlans.Inspection;

namespace MigrationPlans.Planning;

/// <summary>Which extensions a mapping brings along.</summary>
internal static class ExtensionPlans
{
    /// <summary>Every database has it from its template.</summary>
    private const string Procedural = "plpgsql";

    /// <summary>Extensions that the target is to have, by name.</summary>
    public static IEnumerable<ExtensionFacts> Wanted(MappingFacts facts) =>
        facts.Source.Extensions.Where(extension => extension.Name != Procedural && !facts.Mapping.SkipExtensions.Contains(extension.Name));

    /// <summary>Those of them that have to be created.</summary>
    public static IEnumerable<ExtensionFacts> Created(MappingFacts facts) => Wanted(facts).Where(extension => FindPrepared(facts, extension.Name) is null);

    /// <summary>Extensions that somebody created in the target beforehand.</summary>
    public static IEnumerable<ExtensionFacts> Prepared(MappingFacts facts) =>
        facts.Replaces || facts.IsResumed ? [] : facts.Target.Extensions.Where(extension => extension.Name != Procedural);

    public static ExtensionFacts? FindPrepared(MappingFacts facts, string name) => Prepared(facts).FirstOrDefault(extension => extension.Name == name);
}
