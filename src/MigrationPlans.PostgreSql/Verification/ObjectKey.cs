using MigrationPlans.Inspection;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>What makes a listed object the same on both sides.</summary>
/// <param name="Name">As listed.</param>
/// <param name="Role">Whose right it is; empty for PUBLIC, null where it is nobody's.</param>
/// <param name="Creator">Of default privileges, whose new objects they are for.</param>
/// <param name="Grantor">Who gave the right, where that is not the object's owner.</param>
internal readonly record struct ObjectKey(string Kind, string Name, string? Role, string? Creator, string? Grantor)
{
    /// <summary>Between the parts of a name: one part may hold dots.</summary>
    public const char Separator = '\u0001';

    public static ObjectKey Of(ListedObject item) => item switch
    {
        { Kind: ListedObject.DefaultPrivileges } => new(item.Kind, item.Name, item.Role, item.Owner, null),
        { Kind: not "owner" } => new(item.Kind, item.Name, item.Role, null, item.OtherGrantor),
        _ => new(item.Kind, item.Name, null, null, null),
    };

    /// <summary>The name for people.</summary>
    public string Text =>
        $"{Readable(Name)}{(Creator is null ? "" : $" {Creator}")}{(Role is null ? "" : $" to {GranteeName.For(Role)}")}{(Grantor is null ? "" : $" by {Grantor}")}";

    public static string Readable(string listed) => listed.Replace(Separator, '.');
}
