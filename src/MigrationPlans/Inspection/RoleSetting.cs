namespace MigrationPlans.Inspection;

/// <summary>Settings whose value is a role: <c>ALTER DATABASE/ROLE … SET role</c> or <c>session_authorization</c>.</summary>
public static class RoleSetting
{
    /// <summary>The role that the setting names; null where it names none.</summary>
    /// <param name="setting"><c>name=value</c>, as <c>pg_db_role_setting</c> keeps it.</param>
    public static string? FindRole(string setting) =>
        setting.Split('=', 2) is [var name, var value] && IsOne(name) && value is not ("none" or "default") ? value : null;

    /// <summary>The same setting by the role's other name.</summary>
    public static string Rename(string setting, Func<string, string> nameOf) =>
        FindRole(setting) is { } role ? $"{setting.Split('=', 2)[0]}={nameOf(role)}" : setting;

    /// <summary>Sessions that begin with it act as another role than the one that they log in as.</summary>
    public static bool IsOne(string name) =>
        string.Equals(name, "role", StringComparison.OrdinalIgnoreCase) || string.Equals(name, "session_authorization", StringComparison.OrdinalIgnoreCase);
}
