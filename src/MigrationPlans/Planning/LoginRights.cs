using MigrationPlans.Inspection;

namespace MigrationPlans.Planning;

/// <summary>What a login may do, as PostgreSQL reckons it.</summary>
internal static class LoginRights
{
    public static bool MayCreateDatabases(this LoginFacts login) => login.IsSuperuser || login.CanCreateDatabases;

    public static bool MayCreateRoles(this LoginFacts login) => login.IsSuperuser || login.CanCreateRoles;

    /// <summary>Has the rights of the role: is it, is a member of it, or is a superuser.</summary>
    public static bool ActsAs(this LoginFacts login, string role) =>
        login.IsSuperuser || login.Name == role || login.MemberOf.Contains(role);
}
