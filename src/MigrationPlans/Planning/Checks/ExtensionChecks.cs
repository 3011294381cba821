using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Checks;

/// <summary>Extensions that the target can't create, or only in an older version, and skips without effect.</summary>
internal static class ExtensionChecks
{
    /// <summary>Extensions whose CREATE fails unless their library was loaded at the server's start, to the library's name.</summary>
    private static readonly Dictionary<string, string> Preloaded = new(StringComparer.Ordinal)
    {
        ["pg_cron"] = "pg_cron", ["pgaudit"] = "pgaudit", ["pg_tle"] = "pg_tle", ["timescaledb"] = "timescaledb", ["citus"] = "citus",
    };

    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        foreach (var extension in ExtensionPlans.Wanted(facts))
        {
            if (Find(facts, extension) is { } finding)
            {
                yield return finding;
            }
        }

        var present = facts.Source.Extensions.Select(extension => extension.Name).ToList();
        foreach (var skipped in facts.Mapping.SkipExtensions.Where(name => !present.Contains(name)))
        {
            yield return PlanningDiagnostics.ExtensionToSkipUnknown(
                facts.Address, skipped, DidYouMean.Find(skipped, present), facts.At("extensions"));
        }
    }

    private static Diagnostic? Find(MappingFacts facts, ExtensionFacts extension)
    {
        var (server, span) = (facts.TargetServer, facts.At("extensions"));
        if (!facts.Replaces && facts.Target.Extensions.Any(there => there.Name == extension.Name))
        {
            return null;
        }

        if (!server.AvailableExtensions.TryGetValue(extension.Name, out var version))
        {
            return PlanningDiagnostics.ExtensionUnavailable(facts.Address, extension.Name, server.Name, span);
        }

        if (server.Parameters.AllowedExtensions is { } allowed && !allowed.Contains(extension.Name))
        {
            return ServerDiagnostics.ExtensionNotAllowed(facts.Address, extension.Name, server.Name, span);
        }

        if (Preloaded.GetValueOrDefault(extension.Name) is { } library && server.Parameters.PreloadedLibraries is { } loaded && !loaded.Contains(library))
        {
            return ServerDiagnostics.ExtensionNotLoaded(facts.Address, extension.Name, library, server.Name, span);
        }

        return IsOlder(version, extension.Version)
            ? ServerDiagnostics.ExtensionOlder(facts.Address, extension.Name, extension.Version, server.Name, version, span)
            : null;
    }

    /// <summary>False where the versions are not numbers with dots.</summary>
    private static bool IsOlder(string version, string other) => Numbers(version) is { } first && Numbers(other) is { } second && first.CompareTo(second) < 0;

    private static Version? Numbers(string version) => Version.TryParse(version.Contains('.', StringComparison.Ordinal) ? version : $"{version}.0", out var numbers) ? numbers : null;
}
