using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>
/// What of a database comes along under <c>include</c> and <c>exclude</c>, seen from its catalogs: the rules by which the entries
/// of its dump are picked later, so that a plan can say beforehand what will stay behind, and why.
/// </summary>
public sealed class PickedObjects
{
    private readonly SelectionFilter filter;
    private readonly bool isIncluding;
    private readonly ImmutableArray<ObjectNeeds> objects;
    private readonly Dictionary<long, ObjectNeeds> byId;
    private readonly Dictionary<(string Schema, string Name), ObjectNeeds> relations;
    private readonly HashSet<long> needed = [];
    private readonly Dictionary<long, bool> placeable = [];
    private readonly HashSet<long> kept = [];
    private HashSet<long>? needs;
    private ILookup<long, ObjectNeeds>? partitions;

    /// <param name="mapping">Whose pick it is.</param>
    /// <param name="objects">All of the source database.</param>
    public PickedObjects(DatabaseMapping mapping, ImmutableArray<ObjectNeeds> objects)
    {
        this.objects = objects;
        filter = SelectionFilter.For(mapping);
        isIncluding = mapping.Include is not null;
        byId = objects.ToDictionary(item => item.Id);
        relations = objects.Where(item => item.IsRelation).ToDictionary(item => (item.Schema!, item.Name));
        Follow(objects.Where(item => item.IsTable && IsRoot(item)), needed, _ => true);
        var own = objects.Where(item => item.PartOf is null && (needed.Contains(item.Id) || (IsRoot(item) && IsPlaceable(item)))).ToList();
        kept.UnionWith(own.Select(item => item.Id));
        var parts = objects.Where(item => item.PartOf is { } relation
            && kept.Contains(relation)
            && IsPlaceable(item)
            && Needs(item).Where(need => need.IsRelation).All(need => kept.Contains(need.Id))).ToList();
        Follow([.. own, .. parts], kept, need => !need.IsRelation);
        FollowTypes();
    }

    /// <summary>
    /// What is picked, or belongs to something picked, and can't come. With the table or view that it would need;
    /// null where it only stands outside of what is picked.
    /// </summary>
    public IEnumerable<(ObjectNeeds Object, ObjectNeeds? Missing)> LeftBehind =>
        objects.Where(item => !kept.Contains(item.Id) && IsWanted(item)).Select(item => (item, FindMissing(item, [])));

    /// <summary>Tables that no pick names and that picked ones can't be without; they come without rows.</summary>
    public IEnumerable<ObjectNeeds> BroughtAlong => objects.Where(item => item.IsRelation && needed.Contains(item.Id) && !IsRoot(item));

    /// <summary>Partitions that come without the table whose partitions they are.</summary>
    public IEnumerable<(ObjectNeeds Partition, ObjectNeeds Root)> Detached =>
        objects.Where(item => item.Root is not null && kept.Contains(item.Id) && !kept.Contains(item.Root.Value) && byId.ContainsKey(item.Root.Value))
            .Select(item => (item, byId[item.Root!.Value]));

    /// <summary>Partitions that stay behind while the table whose partitions they are comes.</summary>
    public IEnumerable<(ObjectNeeds Partition, ObjectNeeds Root)> LeftOutPartitions =>
        objects.Where(item => item.Root is not null && !kept.Contains(item.Id) && kept.Contains(item.Root.Value))
            .Select(item => (item, byId[item.Root!.Value]));

    /// <summary>False only for what is known and stays behind.</summary>
    public bool Keeps(string schema, string relation) => !relations.TryGetValue((schema, relation), out var found) || kept.Contains(found.Id);

    /// <summary>The same for what is in no schema.</summary>
    public bool Keeps(string kind, string? schema, string name) =>
        objects.FirstOrDefault(item => item.Kind == kind && item.Schema == schema && item.Name == name) is not { } found || kept.Contains(found.Id);

    /// <summary>The same by the object's id.</summary>
    public bool Keeps(long id) => !byId.ContainsKey(id) || kept.Contains(id);

    /// <summary>It is one of those that were listed: others are the server's, or need nothing.</summary>
    public bool Knows(long id) => byId.ContainsKey(id);

    /// <summary>Something that comes can't be without it.</summary>
    public bool Needs(long id) => (needs ??= [.. objects.Where(item => kept.Contains(item.Id)).SelectMany(item => item.Needs)]).Contains(id);

    /// <summary>False for a view on rows that stay behind, at any remove: on the target it shows others.</summary>
    public bool ShowsAllRows(string schema, string view) => Read(schema, view).All(item => !HasRows(item) || filter.PicksRows(item.Schema!, item.Name));

    /// <summary>
    /// The materialized view, this one or one that it reads at any remove, whose rows stay behind: without them it can't be filled; null where all come.
    /// </summary>
    public ObjectNeeds? FindUnfilled(string schema, string view) =>
        Read(schema, view).FirstOrDefault(item => item.Kind == "materialized view" && !filter.PicksRows(item.Schema!, item.Name));

    private static bool HasRows(ObjectNeeds item) => item.IsTable || item.Kind == "materialized view";

    /// <summary>The view and all that it reads, partitions of tables included.</summary>
    private IEnumerable<ObjectNeeds> Read(string schema, string view)
    {
        partitions ??= objects.Where(item => item.Root is not null).ToLookup(item => item.Root!.Value);
        var seen = new HashSet<long>();
        var open = new Stack<ObjectNeeds>(relations.TryGetValue((schema, view), out var first) ? [first] : []);
        while (open.TryPop(out var item))
        {
            yield return item;
            foreach (var read in Needs(item).Concat(partitions[item.Id]).Where(read => seen.Add(read.Id)))
            {
                open.Push(read);
            }
        }
    }

    private bool IsRoot(ObjectNeeds item) => item switch
    {
        { PartOf: not null } => false,
        { IsRelation: true } => filter.PicksTable(item.Schema!, item.Name),
        { Schema: { } schema } => filter.PicksWholeSchema(schema),
        { Kind: "transform" or "event trigger" } => !isIncluding || Needs(item).Any(IsRoot),
        _ => !isIncluding,
    };

    private bool IsWanted(ObjectNeeds item) => item switch
    {
        { PartOf: { } relation } => kept.Contains(relation),
        { Schema: null } => true,
        _ => IsRoot(item),
    };

    /// <summary>What is being asked about already, in a circle, does not stand in its own way.</summary>
    private bool IsPlaceable(ObjectNeeds item)
    {
        if (placeable.TryGetValue(item.Id, out var known))
        {
            return known;
        }

        placeable[item.Id] = true;
        return placeable[item.Id] = needed.Contains(item.Id) || ((!item.IsRelation || IsRoot(item)) && Needs(item).All(IsPlaceable));
    }

    /// <summary>Whatever comes may use a cast of a type that comes; PostgreSQL writes down the cast's function at most.</summary>
    private void FollowTypes()
    {
        while (objects.Where(item => item.Kind == "cast"
            && !kept.Contains(item.Id)
            && item.Needs.Any(kept.Contains)
            && IsPlaceable(item)).ToList() is { Count: > 0 } casts)
        {
            Follow(casts, kept, need => !need.IsRelation);
        }
    }

    private ObjectNeeds? FindMissing(ObjectNeeds item, HashSet<long> seen)
    {
        foreach (var need in Needs(item).Where(need => seen.Add(need.Id) && !kept.Contains(need.Id)))
        {
            if (need.IsRelation && !IsRoot(need))
            {
                return need;
            }

            if (FindMissing(need, seen) is { } missing)
            {
                return missing;
            }
        }

        return null;
    }

    private void Follow(IEnumerable<ObjectNeeds> from, HashSet<long> into, Func<ObjectNeeds, bool> isFollowed)
    {
        var open = new Stack<ObjectNeeds>(from);
        while (open.TryPop(out var item))
        {
            into.Add(item.Id);
            foreach (var need in Needs(item).Where(need => (need.PartOf is null || need.Kind == "sequence") && isFollowed(need) && !into.Contains(need.Id)))
            {
                open.Push(need);
            }
        }
    }

    /// <summary>A partition is created without its root, and attached later.</summary>
    private IEnumerable<ObjectNeeds> Needs(ObjectNeeds item) => item.Needs.Where(id => id != item.Root && byId.ContainsKey(id)).Select(id => byId[id]);
}
