using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Steps;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <param name="About">The object that is described, in the ids of <see cref="MigrationPlans.Inspection.ObjectNeeds"/>; null for what no pick leaves behind. Means something on its own side only.</param>
/// <param name="Schema">Null for what is outside of schemas.</param>
/// <param name="Relation">Null for what is not part of one.</param>
internal sealed record ListedObject(string Kind, long? About, string? Schema, string? Relation, string Name, string? Role, string Value);

/// <summary>The objects of one side, by kind and name.</summary>
internal static class ObjectListing
{
    public static Task<ImmutableArray<ListedObject>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("verify-objects.sql"),
            row => new ListedObject(Text(row, 0)!, row.IsDBNull(1) ? null : row.GetInt64(1), Text(row, 2), Text(row, 3), Text(row, 4)!, Text(row, 5), Text(row, 6) ?? ""),
            cancellationToken);

    /// <summary>What the mapping picks, with roles in the target's names.</summary>
    /// <param name="objects">As read.</param>
    /// <param name="mapping">Picks and renames.</param>
    /// <param name="mapRoles">True for the source's objects.</param>
    public static Dictionary<(string Kind, string Name), ListedObject> Pick(IEnumerable<ListedObject> objects, DatabaseMapping mapping, bool mapRoles)
    {
        var filter = SelectionFilter.For(mapping);
        var picked = new Dictionary<(string Kind, string Name), ListedObject>();
        foreach (var item in objects.Where(item => IsPicked(item, filter, mapping)))
        {
            var role = item.Role is null || !mapRoles ? item.Role : Sides.MapRole(mapping, item.Role);
            var (name, value) = item switch
            {
                { Kind: "owner" } => (item.Name, role!),
                { Role: not null } => ($"{item.Name} to {role}", item.Value),
                _ => (item.Name, item.Value),
            };
            var key = (item.Kind, name);

            // Two source roles that are mapped to one: together they have both's privileges.
            picked[key] = item with { Value = picked.TryGetValue(key, out var other) ? Union(other.Value, value) : value };
        }

        return picked;
    }

    public static bool IsPicked(ListedObject item, SelectionFilter filter, DatabaseMapping mapping) => item switch
    {
        { Kind: "extension" } => !mapping.SkipExtensions.Contains(item.Name) && filter.IsEveryObject,
        { Kind: "published table" } when mapping.Publications != PublicationPolicy.Copy => false,
        { Kind: "large objects" } => filter.IsEverything,
        { Schema: null } => filter.IsEveryObject,
        { Relation: { } relation, Schema: { } schema } => filter.PicksTable(schema, relation),
        _ => filter.PicksWholeSchema(item.Schema),
    };

    private static string Union(string one, string other) =>
        string.Join(',', one.Split(',').Union(other.Split(','), StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
