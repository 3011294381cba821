using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>What differs between two listings, minus what differs by design.</summary>
internal static class ObjectComparer
{
    // Under include/exclude a view, function or foreign key that needs what is not picked stays behind, and what hangs on it; a partition comes without its root.
    private static readonly HashSet<string> MayStayBehind = new(StringComparer.Ordinal)
    {
        "view", "materialized view", "foreign key", "function", "function body", "trigger", "rule", "policy", "policy condition", "definition", "column", "default", "index", "owner", "grant", "comment", "type",
        "sequence", "sequence options", "constraint", "schema", "operator", "operator class", "operator family", "collation", "conversion", "text search configuration",
        "text search dictionary", "text search parser", "text search template", "statistics object", "cast", "language", "transform", "access method", "foreign-data wrapper", "server",
        "partition",
    };

    // Expressions over more than one table, printed by the server: from 16 on without the table's name where that is enough.
    private static readonly HashSet<string> PrintedByVersion = new(StringComparer.Ordinal)
    {
        "definition", "default", "rule", "policy condition", "function body",
    };

    public static ImmutableArray<ObjectDifference> Compare(
        Dictionary<(string Kind, string Name), string> source, Dictionary<(string Kind, string Name), string> target, DatabaseMapping mapping, bool sameVersion)
    {
        var isPartial = !SelectionFilter.For(mapping).IsEverything;
        var differences = new List<ObjectDifference>();
        foreach (var key in source.Keys.Union(target.Keys).OrderBy(key => key.Kind, StringComparer.Ordinal).ThenBy(key => key.Name, StringComparer.Ordinal))
        {
            var (here, there) = (source.GetValueOrDefault(key), target.GetValueOrDefault(key));
            var isMissing = here is null || there is null;
            var isByDesign = (isMissing && isPartial && MayStayBehind.Contains(key.Kind)) || (!isMissing && !sameVersion && PrintedByVersion.Contains(key.Kind));
            if (here != there && !isByDesign && (isMissing || PrintedForm.Normalize(here!) != PrintedForm.Normalize(there!)))
            {
                differences.Add(new ObjectDifference(key.Kind, key.Name, here, there));
            }
        }

        return [.. differences];
    }
}
