using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Verification;

/// <param name="About">The object that is described, in the ids of <see cref="MigrationPlans.Inspection.ObjectNeeds"/>; null for what
/// no pick leaves behind. Means something on its own side only.</param>
/// <param name="Schema">Null for what is outside of schemas.</param>
/// <param name="Relation">Null for what is not part of one.</param>
/// <param name="Name">Its parts with <see cref="ObjectKey.Separator"/> between them.</param>
/// <param name="Role">Who owns it or may do it; empty for PUBLIC, null where nobody is named.</param>
/// <param name="Owner">Of a grant, the role that needs none: it owns the object, or default privileges are for what it creates.</param>
/// <param name="Grantor">Of a grant, who gave it; null where nobody is named.</param>
/// <param name="Giver">In whose name the object's owner gives: of a column, its table's owner.</param>
internal sealed record ListedObject(
    string Kind, long? About, string? Schema, string? Relation, string Name, string? Role, string? Owner, string? Grantor, string? Giver, string Value)
{
    public const string DefaultPrivileges = "default privileges";

    /// <summary>Who gave it, where that is not the object's owner.</summary>
    public string? OtherGrantor => Grantor == Giver ? null : Grantor;

    /// <summary>The role's name where it was listed; the mapping can give it another.</summary>
    public string? RoleBefore { get; init; }

    /// <summary>The value for people.</summary>
    public string Text => Kind == "owner" && RoleBefore != Role ? $"{Value} ({RoleBefore} there)" : ObjectKey.Readable(Value);

    /// <summary>Rights that are in nobody's list, because they are the owner's. In one schema, default privileges begin with none.</summary>
    public bool IsOwners => Role == Owner && Role is not null && !(Kind == DefaultPrivileges && Schema is not null);

    public bool IsPicked(SelectionFilter filter, DatabaseMapping mapping, LeftBehind left) => this switch
    {
        { Kind: "extension" } => !mapping.SkipExtensions.Contains(Name) && filter.IsEveryObject,
        { Kind: "publication" or "published schema" or "published table" } when mapping.Publications != PublicationPolicy.Copy => false,
        { Kind: "comment" } when Name.StartsWith("publication ", StringComparison.Ordinal) && mapping.Publications != PublicationPolicy.Copy => false,
        { Kind: "owner", Schema: null } when mapping.Publications != PublicationPolicy.Copy => false,
        { Kind: LargeObjectRights.Kind or "large object comment" } => filter.IsEverything,
        { Schema: null } => filter.IsEveryObject,
        { Relation: { } relation, Schema: { } schema } => filter.PicksTable(schema, relation) || left.BringsAlong(schema, relation),
        _ => filter.PicksWholeSchema(Schema),
    };

    /// <summary>One that stands for both.</summary>
    public ListedObject Together(ListedObject other) => this with { Value = Union(other.Value, Value) };

    /// <summary>A privilege with the right to grant it, <c>SELECT*</c>, holds the one without.</summary>
    private static string Union(string one, string other)
    {
        var all = one.Split(',').Union(other.Split(','), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        return string.Join(',', all.Where(privilege => privilege.Length > 0 && !all.Contains($"{privilege}*")).Order(StringComparer.Ordinal));
    }
}
