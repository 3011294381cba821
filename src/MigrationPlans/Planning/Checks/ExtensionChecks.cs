using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.Planning.Checks;

/// <summary>Extensions that the target can't create, or only by a superuser or in an older version, and skips without effect.</summary>
internal static class ExtensionChecks
{
    /// <summary>Extensions whose CREATE fails unless the library of their name was loaded at the server's start.</summary>
    private static readonly string[] Preloaded = ["citus", "pg_cron", "pg_tle", "pgaudit", "timescaledb"];

    private const int NamedUsers = 8;

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

        foreach (var skipped in facts.Mapping.SkipExtensions)
        {
            var users = Users(facts, skipped).ToList();
            if (users.Count > 0)
            {
                var named = string.Join(", ", users.Take(NamedUsers));
                yield return SkippedExtensionDiagnostics.Needed(
                    facts.Address, skipped, users.Count > NamedUsers ? $"{named} and {users.Count - NamedUsers} more" : named, facts.At("extensions"));
            }
        }
    }

    /// <summary>What is carried over and uses something that the extension brings.</summary>
    private static IEnumerable<string> Users(MappingFacts facts, string extension)
    {
        var members = facts.Source.ExtensionMembers.Where(member => member.Extension == extension).Select(member => member.Id).ToHashSet();
        return facts.Source.ObjectNeeds.Where(item => item.Needs.Any(members.Contains) && facts.Picked.Keeps(item.Id)).Select(item => item.Describe());
    }

    private static Diagnostic? Find(MappingFacts facts, ExtensionFacts extension)
    {
        var (server, span) = (facts.TargetServer, facts.At("extensions"));
        if (ExtensionPlans.FindPrepared(facts, extension.Name) is { } prepared)
        {
            return prepared.Schema != extension.Schema
                ? ExistingTargetDiagnostics.ExtensionElsewhere(facts.Address, extension.Name, extension.Schema, prepared.Schema, span)
                : IsOlder(prepared.Version, extension.Version)
                    ? ServerDiagnostics.ExtensionOlder(facts.Address, extension.Name, extension.Version, $"{facts.Mapping.To}", prepared.Version, span)
                : null;
        }

        if (facts.IsResumed && facts.Target.Extensions.Any(there => there.Name == extension.Name))
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

        if (Preloaded.Contains(extension.Name) && server.Parameters.PreloadedLibraries is { } loaded && !loaded.Contains(extension.Name))
        {
            return ServerDiagnostics.ExtensionNotLoaded(facts.Address, extension.Name, server.Name, span);
        }

        if (extension.Name == "pg_cron" && server.Parameters.CronDatabase is { } database && database != facts.Mapping.To.Database)
        {
            return ServerDiagnostics.CronElsewhere(facts.Address, database, facts.Mapping.To.Database, server.Name, span);
        }

        if (server.SuperuserExtensions.Contains(extension.Name) && !server.Login.StandsForSuperuser())
        {
            return CompletenessDiagnostics.ExtensionTakesSuperuser(facts.Address, server.Login.Name, extension.Name, server.Name, span);
        }

        return IsOlder(version, extension.Version)
            ? ServerDiagnostics.ExtensionOlder(facts.Address, extension.Name, extension.Version, server.Name, version, span)
            : null;
    }

    /// <summary>False where the versions are not numbers with dots.</summary>
    private static bool IsOlder(string version, string other) => Numbers(version) is { } first && Numbers(other) is { } second && first.CompareTo(second) < 0;

    private static Version? Numbers(string version) =>
        Version.TryParse(version.Contains('.', StringComparison.Ordinal) ? version : $"{version}.0", out var numbers) ? numbers : null;
}
