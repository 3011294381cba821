namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Whether two listed objects are the same, minus what differs by design.</summary>
/// <param name="left">What the target need not have.</param>
internal sealed class ObjectComparer(LeftBehind left, bool sameVersion)
{
    // Queries, printed by the server: from 16 on without the table's name where that is enough. And what follows from one:
    // columns of the server's catalogs have other types in other versions.
    private static readonly HashSet<string> Queries = new(StringComparer.Ordinal) { "definition", "rule", "function body", "view column" };

    // Others that the server prints, at least in part; what is kept as it came (comments, labels, options) is compared as it is.
    private static readonly HashSet<string> Printed = new(StringComparer.Ordinal)
    {
        "table", "partition", "default", "index", "constraint", "trigger", "statistics object", "argument defaults", "type", "published table",
    };

    // As one is whose rows stay behind.
    private const string NotPopulated = " not populated";

    /// <param name="source">Null where the source has none.</param>
    /// <param name="target">Null where the target has none.</param>
    /// <param name="unpicked">By kind and name, what is on the source and not picked.</param>
    public bool IsDifference(ListedObject? source, ListedObject? target, IReadOnlySet<(string Kind, string Name)> unpicked) => (source, target) switch
    {
        // On the source, one that got its parts from several sessions at once can be invalid for ever.
        (null, { Kind: "valid index" }) or ({ Kind: "disabled foreign key" or "disabled constraint" }, null) => false,
        // Whose the schema is by default, nobody chose; and no dump takes a comment away that an extension brings.
        (null, { Kind: "owner", Name: "schema public" }) => false,
        (null, { Kind: "comment" } brought) when brought.Name.StartsWith("extension ", StringComparison.Ordinal) => false,
        // A partition lacks them on the source where it was there before its table was attached; on the target its table was attached first.
        (null, { Kind: "identity column" }) => false,
        // Lists of columns, of which one says itself when it is on one side only.
        ({ Kind: "column order" }, null) or (null, { Kind: "column order" }) => false,
        ({ } missing, null) => !left.Includes(missing.About),
        (null, { } extra) => !unpicked.Contains((extra.Kind, extra.Name)),
        ({ } one, { } other) => AreDifferent(one, other),
        _ => false,
    };

    /// <summary>What both sides have.</summary>
    public bool AreDifferent(ListedObject one, ListedObject other) => one.Value != other.Value
        && (one.Kind == "column order" ? Columns(one).SetEquals(Columns(other)) : !(!sameVersion && HoldQueries(one, other)) && Form(one) != Form(other)
            && !(one.Kind == "collation" && IcuLocale.Normalize(one.Value) == IcuLocale.Normalize(other.Value)));

    private static HashSet<string> Columns(ListedObject order) => order.Value.Split(", ").ToHashSet(StringComparer.Ordinal);

    /// <summary>Of all expressions, only a policy's may hold one.</summary>
    private static bool HoldQueries(ListedObject one, ListedObject other) =>
        Queries.Contains(one.Kind) || (IsCondition(one) && PrintedForm.HoldsQuery(one.Value) && PrintedForm.HoldsQuery(other.Value));

    private static bool IsCondition(ListedObject item) => item.Kind is "policy condition" or "policy check";

    private string Form(ListedObject item) => item switch
    {
        { Kind: "materialized view", Schema: { } schema, Relation: { } view } when left.LeavesUnfilled(schema, view) =>
            item.Value.Replace(NotPopulated, "", StringComparison.Ordinal),
        _ when Queries.Contains(item.Kind) || IsCondition(item) => PrintedForm.Normalize(ImpliedNames.Drop(item.Value)),
        _ => Printed.Contains(item.Kind) ? PrintedForm.Normalize(item.Value) : item.Value,
    };
}
