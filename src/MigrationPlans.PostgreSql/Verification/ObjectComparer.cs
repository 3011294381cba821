using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>What differs between two listings, minus what differs by design.</summary>
/// <param name="left">What the target need not have.</param>
internal sealed class ObjectComparer(DatabaseMapping mapping, LeftBehind left, bool sameVersion)
{
    // Expressions over more than one table, printed by the server: from 16 on without the table's name where that is enough.
    private static readonly HashSet<string> PrintedByVersion = new(StringComparer.Ordinal)
    {
        "definition", "default", "rule", "policy condition", "function body",
    };

    private readonly SelectionFilter filter = SelectionFilter.For(mapping);

    public IEnumerable<ObjectDifference> Compare(ImmutableArray<ListedObject> source, ImmutableArray<ListedObject> target)
    {
        var (here, there) = (ObjectListing.Pick(source, mapping, mapRoles: true), ObjectListing.Pick(target, mapping, mapRoles: false));
        var outside = source.Where(item => !ObjectListing.IsPicked(item, filter, mapping)).Select(item => (item.Kind, item.Name)).ToHashSet();
        var hasPublic = source.Any(item => item is { Kind: "schema", Name: "public" });
        return here.Keys.Union(there.Keys).OrderBy(key => key.Kind, StringComparer.Ordinal).ThenBy(key => key.Name, StringComparer.Ordinal)
            .Where(key => (here.GetValueOrDefault(key), there.GetValueOrDefault(key)) switch
            {
                ({ } missing, null) => !left.Includes(missing.About),
                // On the source, one that got its parts from several sessions at once can be invalid for ever.
                (null, { Kind: "valid index" }) => false,
                (null, { } extra) => !outside.Contains((extra.Kind, extra.Name)) && !(IsOfNewDatabase(key) && !hasPublic),
                ({ } one, { } other) => AreDifferent(one, other),
                _ => false,
            })
            .Select(key => new ObjectDifference(key.Kind, key.Name, here.GetValueOrDefault(key)?.Value, there.GetValueOrDefault(key)?.Value));
    }

    private bool AreDifferent(ListedObject one, ListedObject other) =>
        one.Value != other.Value && !(PrintedByVersion.Contains(one.Kind) && !sameVersion) && Form(one) != Form(other);

    private static string Form(ListedObject item) => PrintedForm.Normalize(PrintedByVersion.Contains(item.Kind) ? ImpliedNames.Drop(item.Value) : item.Value);

    /// <summary>A pick does not take the schema <c>public</c> away where the source has none.</summary>
    private bool IsOfNewDatabase((string Kind, string Name) key) => !filter.IsEverything && PublicSchema.IsAbout(key);
}
