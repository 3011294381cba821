namespace MigrationPlans.Manifest;

/// <summary>Names of the roles that Amazon RDS makes on its servers. Elsewhere they are as good as any other.</summary>
public static class RdsRoles
{
    /// <summary>Owns what Amazon puts into databases; its database is called so, too.</summary>
    public const string Administrator = "rdsadmin";

    public static bool IsAdministrator(string role) => role is Administrator or "rdsproxyadmin";

    public static bool IsOne(string role) => IsAdministrator(role) || role.StartsWith("rds_", StringComparison.Ordinal);
}
