using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Brings together what both sides list, as it comes. What has found its like is let go of: both servers list in much the
/// same order, so only what differs is held for long.
/// </summary>
internal sealed class ObjectPairing(DatabaseMapping mapping, LeftBehind left, ObjectComparer comparer)
{
    private readonly SelectionFilter filter = SelectionFilter.For(mapping);
    private readonly Dictionary<ObjectKey, ListedObject> here = [];
    private readonly Dictionary<ObjectKey, ListedObject> there = [];
    private readonly List<ListedObject> becameOwners = [];
    private readonly HashSet<(string Kind, string Name)> unpicked = [];
    private bool hasPublic;

    /// <summary>Sequences of the source that are not picked, as listed.</summary>
    public IEnumerable<string> OtherSequences => unpicked.Where(item => item.Kind == "sequence").Select(item => item.Name);

    public void AddSource(ListedObject item)
    {
        hasPublic = hasPublic || item is { Kind: "schema", Name: "public" };
        if (!item.IsPicked(filter, mapping, left))
        {
            unpicked.Add((item.Kind, item.Name));
            return;
        }

        var mapped = item.Role is null
            ? item
            : item with { Role = Map(item.Role), Owner = Map(item.Owner), Grantor = Map(item.Grantor), Giver = Map(item.Giver), RoleBefore = item.Role };
        if (mapped.IsOwners && !item.IsOwners)
        {
            becameOwners.Add(mapped);
        }
        else
        {
            Add(mapped, here, there);
        }
    }

    public void AddTarget(ListedObject item)
    {
        if (item.IsPicked(filter, mapping, left))
        {
            Add(item with { RoleBefore = item.Role }, there, here);
        }
    }

    /// <summary>When all is added.</summary>
    public IEnumerable<ObjectDifference> Differences()
    {
        foreach (var item in becameOwners)
        {
            var key = ObjectKey.Of(item);
            if (here.TryGetValue(key, out var other))
            {
                here[key] = item.Together(other);
            }
        }

        return here.Keys.Concat(there.Keys.Where(key => !here.ContainsKey(key)))
            .Select(key => (Key: key, Source: here.GetValueOrDefault(key), Target: there.GetValueOrDefault(key)))
            .Where(pair => comparer.IsDifference(pair.Source, pair.Target, unpicked) && !(pair.Source is null && IsOfNewDatabase(pair.Key)))
            .OrderBy(pair => pair.Key.Kind, StringComparer.Ordinal).ThenBy(pair => pair.Key.Text, StringComparer.Ordinal)
            .Select(pair => new ObjectDifference(pair.Key.Kind, pair.Key.Text, pair.Source?.Text, pair.Target?.Text));
    }

    private string? Map(string? role) => role is null ? null : Sides.MapRole(mapping, role);

    private void Add(ListedObject item, Dictionary<ObjectKey, ListedObject> own, Dictionary<ObjectKey, ListedObject> others)
    {
        var key = ObjectKey.Of(item);
        var listed = item.Kind == "owner" ? item with { Value = item.Role! } : item;
        if (own.TryGetValue(key, out var same))
        {
            // Two source roles that are mapped to one: together they have both's privileges.
            listed = listed.Together(same);
        }

        if (!CanGrow(key) && others.TryGetValue(key, out var like) && !comparer.AreDifferent(listed, like))
        {
            own.Remove(key);
            others.Remove(key);
        }
        else
        {
            own[key] = listed;
        }
    }

    /// <summary>Another role may become this one.</summary>
    private bool CanGrow(ObjectKey key) => key.Role is not null && mapping.Roles.Map.Count > 0;

    /// <summary>A pick does not take the schema <c>public</c> away where the source has none.</summary>
    private bool IsOfNewDatabase(ObjectKey key) => !filter.IsEverything && !hasPublic && PublicSchema.IsAbout((key.Kind, key.Text));
}
