using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <param name="About">The object that is described, in the ids of <see cref="MigrationPlans.Inspection.ObjectNeeds"/>; null for what no pick leaves behind. Means something on its own side only.</param>
/// <param name="Schema">Null for what is outside of schemas.</param>
/// <param name="Relation">Null for what is not part of one.</param>
/// <param name="Name">Its parts with <see cref="ObjectKey.Separator"/> between them.</param>
/// <param name="Role">Who owns it or may do it; empty for PUBLIC, null where nobody is named.</param>
/// <param name="Owner">Of a grant, the role that needs none: it owns the object, or default privileges are for what it creates.</param>
/// <param name="Grantor">Of a grant, who gave it; null where nobody is named.</param>
/// <param name="Giver">In whose name the object's owner gives: of a column, its table's owner.</param>
internal sealed record ListedObject(string Kind, long? About, string? Schema, string? Relation, string Name, string? Role, string? Owner, string? Grantor, string? Giver, string Value)
{
    /// <summary>Who gave it, where that is not the object's owner.</summary>
    public string? OtherGrantor => Grantor == Giver ? null : Grantor;

    /// <summary>The role's name where it was listed; the mapping can give it another.</summary>
    public string? RoleBefore { get; init; }

    /// <summary>The value for people.</summary>
    public string Text => Kind == "owner" && RoleBefore != Role ? $"{Value} ({RoleBefore} there)" : ObjectKey.Readable(Value);

    /// <summary>Rights that are in nobody's list, because they are the owner's. In one schema, default privileges begin with none.</summary>
    public bool IsOwners => Role == Owner && Role is not null && !(Kind == ObjectListing.DefaultPrivileges && Schema is not null);
}

/// <summary>The objects of one side, by kind and name.</summary>
internal static class ObjectListing
{
    public const string DefaultPrivileges = "default privileges";

    /// <param name="connection">A session in the database.</param>
    /// <param name="withMaintain">Both servers know this privilege. From 17 on all privileges hold it, also of an older server's.</param>
    /// <param name="withSystemGrants">Also privileges on what the server or an extension brings.</param>
    /// <param name="withMultiranges">Both servers have multirange types with owners and privileges of their own.</param>
    /// <param name="skippedExtensions">But of these extensions.</param>
    /// <param name="hash">Says in which encoding text is hashed.</param>
    /// <param name="texts">Shared by both sides.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static Task<ImmutableArray<ListedObject>> ReadAsync(
        NpgsqlConnection connection, bool withMaintain, bool withSystemGrants, bool withMultiranges, IEnumerable<string> skippedExtensions, RowHash hash, TextPool texts, CancellationToken cancellationToken)
    {
        return connection.QueryAsync(
            EmbeddedSql.Load("verify-objects.sql"),
            row =>
            {
                var roles = row.IsDBNull(5) ? [] : row.GetFieldValue<string?[]>(5);
                return new ListedObject(
                    Text(row, 0)!,
                    row.IsDBNull(1) ? null : row.GetInt64(1),
                    Text(row, 2),
                    Text(row, 3),
                    Text(row, 4)!,
                    texts.Share(roles.FirstOrDefault()),
                    texts.Share(roles.ElementAtOrDefault(1)),
                    texts.Share(roles.ElementAtOrDefault(2)),
                    texts.Share(roles.ElementAtOrDefault(3)),
                    Text(row, 6) ?? "");
            },
            cancellationToken,
            withMaintain,
            withSystemGrants,
            skippedExtensions.ToArray(),
            hash.EncodingOn(connection),
            withMultiranges);

        string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : texts.Share(row.GetString(column));
    }

    /// <summary>What the mapping picks, with roles in the target's names.</summary>
    /// <param name="objects">As read.</param>
    /// <param name="mapping">Picks and renames.</param>
    /// <param name="mapRoles">True for the source's objects.</param>
    public static Dictionary<ObjectKey, ListedObject> Pick(ImmutableArray<ListedObject> objects, DatabaseMapping mapping, bool mapRoles)
    {
        var filter = SelectionFilter.For(mapping);
        string? Map(string? role) => role is null || !mapRoles ? role : Sides.MapRole(mapping, role);
        var picked = new Dictionary<ObjectKey, ListedObject>(objects.Length);
        var becameOwners = new List<ListedObject>();
        foreach (var item in objects.Where(item => IsPicked(item, filter, mapping)))
        {
            // Most name nobody, and stay as they are: a database can have a million.
            var mapped = item.Role is null ? item : item with { Role = Map(item.Role), Owner = Map(item.Owner), Grantor = Map(item.Grantor), Giver = Map(item.Giver), RoleBefore = item.Role };
            if (mapped.IsOwners && !item.IsOwners)
            {
                becameOwners.Add(mapped);
            }
            else
            {
                Add(mapped, isNew: true);
            }
        }

        becameOwners.ForEach(item => Add(item, isNew: false));
        return picked;

        void Add(ListedObject item, bool isNew)
        {
            var (key, listed) = (ObjectKey.Of(item), item.Kind == "owner" ? item with { Value = item.Role! } : item);
            if (picked.TryGetValue(key, out var other))
            {
                // Two source roles that are mapped to one: together they have both's privileges.
                picked[key] = listed with { Value = Union(other.Value, listed.Value) };
            }
            else if (isNew)
            {
                picked[key] = listed;
            }
        }
    }

    public static bool IsPicked(ListedObject item, SelectionFilter filter, DatabaseMapping mapping) => item switch
    {
        { Kind: "extension" } => !mapping.SkipExtensions.Contains(item.Name) && filter.IsEveryObject,
        { Kind: "publication" or "published schema" or "published table" } when mapping.Publications != PublicationPolicy.Copy => false,
        { Kind: "owner", Schema: null } when mapping.Publications != PublicationPolicy.Copy => false,
        { Kind: "large objects" or "large object comment" } => filter.IsEverything,
        { Schema: null } => filter.IsEveryObject,
        { Relation: { } relation, Schema: { } schema } => filter.PicksTable(schema, relation),
        _ => filter.PicksWholeSchema(item.Schema),
    };

    /// <summary>A privilege with the right to grant it, <c>SELECT*</c>, holds the one without.</summary>
    private static string Union(string one, string other)
    {
        var all = one.Split(',').Union(other.Split(','), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        return string.Join(',', all.Where(privilege => privilege.Length > 0 && !all.Contains($"{privilege}*")).Order(StringComparer.Ordinal));
    }
}
