using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MigrationPlans.Planning;

/// <summary>Says in words in what a saved plan and a fresh one differ.</summary>
public static class PlanComparison
{
    private static readonly ImmutableHashSet<string> Ignored =
        ImmutableHashSet.Create(StringComparer.Ordinal, "estimate", "digest", "manifestDigest", "formatVersion", "name");

    /// <summary>One sentence a difference; none when both do the same. A plan made offline is held to the manifest only.</summary>
    public static ImmutableArray<string> Compare(MigrationPlan saved, MigrationPlan fresh)
    {
        if (saved.Name != fresh.Name)
        {
            return [$"it is a plan of `{saved.Name}`, not of `{fresh.Name}`"];
        }

        if (saved.Mode != fresh.Mode)
        {
            return saved.ManifestDigest == fresh.ManifestDigest ? [] : ["the manifest has changed since"];
        }

        var differences = ImmutableArray.CreateBuilder<string>();
        if (saved.ManifestDigest != fresh.ManifestDigest)
        {
            differences.Add("the manifest has changed since");
        }

        CompareObjects("", PlanJson.ToNode(saved), PlanJson.ToNode(fresh), differences);
        return differences.ToImmutable();
    }

    private static void CompareObjects(string where, JsonObject saved, JsonObject fresh, ImmutableArray<string>.Builder differences)
    {
        var names = saved.Select(property => property.Key).Union(fresh.Select(property => property.Key), StringComparer.Ordinal);
        foreach (var name in names.Where(name => !Ignored.Contains(name)))
        {
            var label = where.Length == 0 ? "" : $"{where}: {Words(name)}";
            CompareValues(label, Words(name), saved[name], fresh[name], differences);
        }
    }

    private static void CompareValues(string where, string name, JsonNode? saved, JsonNode? fresh, ImmutableArray<string>.Builder differences)
    {
        if (JsonNode.DeepEquals(saved, fresh))
        {
            return;
        }

        switch (saved, fresh)
        {
            case (JsonArray before, JsonArray now):
                CompareLists(where, name, before, now, differences);
                break;
            case (JsonObject before, JsonObject now):
                CompareObjects(where.Length == 0 ? name : where, before, now, differences);
                break;
            default:
                differences.Add($"{(where.Length == 0 ? name : where)} was {Show(saved)}, is now {Show(fresh)}");
                break;
        }
    }

    private static void CompareLists(string where, string name, JsonArray saved, JsonArray fresh, ImmutableArray<string>.Builder differences)
    {
        var isTop = where.Length == 0;
        var prefix = isTop ? Singular(name) : where;
        var before = ByKey(saved);
        var now = ByKey(fresh);
        foreach (var (key, item) in before)
        {
            if (!now.TryGetValue(key, out var other))
            {
                differences.Add(isTop ? $"{prefix} {key} is gone" : $"{prefix} no longer list {key}");
            }
            else if (item is JsonObject left && other is JsonObject right)
            {
                CompareObjects($"{prefix} {key}", left, right, differences);
            }
        }

        differences.AddRange(now.Keys.Where(key => !before.ContainsKey(key)).Select(key => isTop ? $"{prefix} {key} is new" : $"{prefix} now list {key}"));
        if (before.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(now.Keys) && !before.Keys.SequenceEqual(now.Keys, StringComparer.Ordinal))
        {
            differences.Add($"{prefix} has another order");
        }
    }

    /// <summary>Items under what tells them apart, in their order.</summary>
    private static OrderedDictionary<string, JsonNode?> ByKey(JsonArray items)
    {
        var keyed = new OrderedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            keyed.TryAdd(Key(item), item);
        }

        return keyed;
    }

    private static string Key(JsonNode? item) => item switch
    {
        JsonObject properties when properties["id"] is { } id => id.ToString(),
        JsonObject properties when properties["address"] is { } address => address.ToString(),
        JsonObject properties when properties["subject"] is { } subject => $"`{subject}: {properties["reason"]}`",
        JsonObject properties when properties["role"] is { } role && properties["name"] is { } name => $"{role} {name}",
        JsonObject properties when properties["schema"] is { } schema && properties["version"] is null => $"{schema}.{properties["name"]}",
        JsonObject properties when properties["name"] is { } name => name.ToString(),
        JsonObject properties when properties["identifier"] is { } identifier => $"{properties["fromRegion"]} → {identifier}",
        JsonObject properties => properties.ToJsonString(),
        null => "null",
        _ => item.ToString(),
    };

    private static string Show(JsonNode? value) => value switch
    {
        null => "absent",
        JsonValue => $"`{value}`",
        _ => "other",
    };

    private static string Singular(string plural) => plural switch
    {
        "steps" => "step",
        "databases" => "database",
        "endpoints" => "endpoint",
        "instances" => "instances",
        "notes" => "note",
        _ => plural,
    };

    /// <summary><c>dependsOn</c> as <c>depends on</c>.</summary>
    private static string Words(string name) =>
        string.Concat(name.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));
}
