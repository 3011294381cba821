using System.Collections.Immutable;

namespace MigrationPlans.Inspection;

/// <summary>What the two sides say otherwise of the schema <c>public</c>.</summary>
/// <param name="Kind"><c>schema</c>, <c>owner</c>, <c>grant</c> or <c>comment</c>.</param>
/// <param name="Name"><c>schema public</c>; for a grant <c>schema public to ROLE</c>, by the role's name on the target.</param>
/// <param name="Source">Null: nothing is said there.</param>
/// <param name="Target">Null: nothing is said there.</param>
public sealed record PublicSchemaDifference(string Kind, string Name, string? Source, string? Target)
{
    private const string Schema = "schema public";

    /// <summary>All of them; a default owner is no property of the source, whoever has it on the target.</summary>
    /// <param name="source">Null where the source has no such schema.</param>
    /// <param name="targetName">A source role's name on the target.</param>
    public static ImmutableArray<PublicSchemaDifference> Find(PublicSchemaFacts? source, PublicSchemaFacts target, Func<string, string> targetName)
    {
        if (source is null)
        {
            return [new PublicSchemaDifference("schema", "public", null, Schema)];
        }

        return
        [
            .. source.HasDefaultOwner || targetName(source.Owner) == target.Owner ? [] : Compare("owner", Schema, source.Owner, target.Owner),
            .. Grants(source, target, targetName),
            .. Compare("comment", Schema, source.Comment, target.Comment),
        ];
    }

    private static IEnumerable<PublicSchemaDifference> Grants(PublicSchemaFacts source, PublicSchemaFacts target, Func<string, string> targetName)
    {
        // An owner needs no grant.
        var here = source.Grants.GroupBy(grant => targetName(grant.Key), StringComparer.Ordinal)
            .Where(group => group.Key != target.Owner)
            .ToDictionary(group => group.Key, group => Union(group.Select(grant => grant.Value)), StringComparer.Ordinal);
        return here.Keys.Union(target.Grants.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .SelectMany(role => Compare("grant", $"{Schema} to {GranteeName.For(role)}", here.GetValueOrDefault(role), target.Grants.GetValueOrDefault(role)));
    }

    /// <summary>Two source roles that are mapped to one have both's privileges.</summary>
    private static string Union(IEnumerable<string> privileges) =>
        string.Join(", ", privileges.SelectMany(list => list.Split(", ")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static IEnumerable<PublicSchemaDifference> Compare(string kind, string name, string? source, string? target) =>
        source == target ? [] : [new PublicSchemaDifference(kind, name, source, target)];
}
