namespace MigrationPlans.Inspection;

/// <summary>What a role's password is kept as.</summary>
public enum PasswordKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>A hash that holds the role's name, and so is of no use to a role of another name.</summary>
    Md5,

    /// <summary>A hash that any role can have.</summary>
    Other,
}
