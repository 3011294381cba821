namespace MigrationPlans.Inspection;

/// <summary>A role owns an object, may use it or is named by it. Read only where a mapping picks a part of the database.</summary>
/// <param name="Id">Of the object, as <see cref="ObjectNeeds.Id"/>.</param>
/// <param name="Kind">In the server's words: <c>table</c>, <c>schema</c>, <c>default acl</c> … Never a large object. <c>database</c>:
/// its own settings name the role; <c>role</c>: <see cref="RoleUse.SettingsOf"/> does.</param>
/// <param name="Schema">That it is in, or is; null for what is in none.</param>
public sealed record RoleUse(string Role, long Id, string Kind, string? Schema)
{
    /// <summary>Another role, whose settings in this database name this one; null where it is used otherwise.</summary>
    public string? SettingsOf { get; init; }

    /// <summary>The role has it, and is to have it on the target.</summary>
    public bool IsOwner { get; init; }

    /// <summary>It has given a right to it, and another owns it.</summary>
    public bool IsGiver { get; init; }

    /// <summary>As the server identifies it, with its kind: <c>function shop.total(integer)</c>. Null where the role neither owns it nor
    /// gave a right to it.</summary>
    public string? Name { get; init; }
}
