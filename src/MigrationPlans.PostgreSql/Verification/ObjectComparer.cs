using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>What differs between two listings, minus what differs by design.</summary>
/// <param name="left">What the target need not have.</param>
internal sealed class ObjectComparer(DatabaseMapping mapping, LeftBehind left, bool sameVersion)
{
    // Queries, printed by the server: from 16 on without the table's name where that is enough. And what follows from one: columns of the server's catalogs have other types in other versions.
    private static readonly HashSet<string> Queries = new(StringComparer.Ordinal) { "definition", "rule", "function body", "view column" };

    // As one is whose rows stay behind.
    private const string NotPopulated = " not populated";

    private readonly SelectionFilter filter = SelectionFilter.For(mapping);

    public IEnumerable<ObjectDifference> Compare(ImmutableArray<ListedObject> source, ImmutableArray<ListedObject> target)
    {
        var (here, there) = (ObjectListing.Pick(source, mapping, mapRoles: true), ObjectListing.Pick(target, mapping, mapRoles: false));
        var outside = source.Where(item => !ObjectListing.IsPicked(item, filter, mapping)).Select(item => (item.Kind, item.Name)).ToHashSet();
        var hasPublic = source.Any(item => item is { Kind: "schema", Name: "public" });
        return here.Keys.Concat(there.Keys.Where(key => !here.ContainsKey(key)))
            .Where(key => (here.GetValueOrDefault(key), there.GetValueOrDefault(key)) switch
            {
                // On the source, one that got its parts from several sessions at once can be invalid for ever.
                (null, { Kind: "valid index" }) or ({ Kind: "disabled foreign key" }, null) => false,
                // Lists of columns, of which one says itself when it is on one side only.
                ({ Kind: "column order" }, null) or (null, { Kind: "column order" }) => false,
                ({ Kind: "column order" } one, { } other) => one.Value != other.Value && Columns(one).SetEquals(Columns(other)),
                ({ } missing, null) => !left.Includes(missing.About),
                (null, { } extra) => !outside.Contains((extra.Kind, extra.Name)) && !(IsOfNewDatabase(key) && !hasPublic),
                ({ } one, { } other) => AreDifferent(one, other),
                _ => false,
            })
            .OrderBy(key => key.Kind, StringComparer.Ordinal).ThenBy(key => key.Text, StringComparer.Ordinal)
            .Select(key => new ObjectDifference(key.Kind, key.Text, here.GetValueOrDefault(key)?.Text, there.GetValueOrDefault(key)?.Text));
    }

    private static HashSet<string> Columns(ListedObject order) => order.Value.Split(", ").ToHashSet(StringComparer.Ordinal);

    private bool AreDifferent(ListedObject one, ListedObject other) =>
        one.Value != other.Value && !(!sameVersion && HoldQueries(one, other)) && Form(one) != Form(other)
        && !(one.Kind == "collation" && IcuLocale.Normalize(one.Value) == IcuLocale.Normalize(other.Value));

    /// <summary>Of all expressions, only a policy's may hold one.</summary>
    private static bool HoldQueries(ListedObject one, ListedObject other) =>
        Queries.Contains(one.Kind) || (IsCondition(one) && PrintedForm.HoldsQuery(one.Value) && PrintedForm.HoldsQuery(other.Value));

    private static bool IsCondition(ListedObject item) => item.Kind is "policy condition" or "policy check";

    private string Form(ListedObject item) => PrintedForm.Normalize(item switch
    {
        { Kind: "materialized view", Schema: { } schema, Relation: { } view } when !filter.PicksRows(schema, view) => item.Value.Replace(NotPopulated, "", StringComparison.Ordinal),
        _ when Queries.Contains(item.Kind) || IsCondition(item) => ImpliedNames.Drop(item.Value),
        _ => item.Value,
    });

    /// <summary>A pick does not take the schema <c>public</c> away where the source has none.</summary>
    private bool IsOfNewDatabase(ObjectKey key) => !filter.IsEverything && PublicSchema.IsAbout((key.Kind, key.Text));
}
