namespace MigrationPlans.Inspection;

/// <summary>Whom a privilege is for, in words.</summary>
public static class GranteeName
{
    /// <summary>PUBLIC for everybody; a role that is called so has quotes, as in SQL.</summary>
    /// <param name="grantee">A role; empty for everybody.</param>
    public static string For(string grantee) => grantee switch
    {
        "" => "PUBLIC",
        "PUBLIC" => "\"PUBLIC\"",
        _ => grantee,
    };
}
