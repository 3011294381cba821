using System.Collections.Immutable;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>Properties whose keys are the user's names, so that <c>x-…</c> is a name there and not a private extension.</summary>
internal static class UserKeys
{
    private static readonly ImmutableHashSet<string> Holders = ["sources", "targets", "labels", "tags", "map"];

    public static bool AreUnder(string? property) => property is not null && Holders.Contains(property);
}
