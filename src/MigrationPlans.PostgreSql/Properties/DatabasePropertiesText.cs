using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Properties;

/// <summary>Statements that make a database's properties like others; nothing where they agree.</summary>
internal static class DatabasePropertiesText
{
    /// <param name="What">For people: <c>connection limit</c>.</param>
    public sealed record Change(string What, string Statement)
    {
        /// <summary>Could keep the run's own sessions out, or make others of them: comes last.</summary>
        public bool IsLate { get; init; }

        /// <summary>Comes as near as can be where the statement is refused; null where nothing does.</summary>
        public string? Otherwise { get; init; }
    }

    /// <param name="name">The database.</param>
    /// <param name="wanted">In the target's role names.</param>
    /// <param name="found">As it is.</param>
    /// <param name="login">Grants to it that the source does not know are left alone: it needs to connect until the end.</param>
    public static ImmutableArray<Change> Difference(string name, DatabaseProperties wanted, DatabaseProperties found, string login)
    {
        var database = SqlText.Identifier(name);
        var changes = new List<Change>();
        if (wanted.Owner != found.Owner)
        {
            changes.Add(new Change($"owner {wanted.Owner}", $"ALTER DATABASE {database} OWNER TO {SqlText.Identifier(wanted.Owner)}"));
        }

        if (wanted.Comment != found.Comment)
        {
            changes.Add(new Change("comment", $"COMMENT ON DATABASE {database} IS {(wanted.Comment is null ? "NULL" : SqlText.Literal(wanted.Comment))}"));
        }

        changes.AddRange(Extra(wanted, found).Select(setting => ResetChange(database, setting) with { IsLate = DatabaseProperties.IsLate(setting) }));
        changes.AddRange(wanted.Settings
            .Except(found.Settings)
            .Select(setting => SettingChange(database, setting) with { IsLate = DatabaseProperties.IsLate(setting) }));
        changes.AddRange(wanted.Labels.Except(found.Labels).Select(label => new Change(
            $"security label of {label.Provider}",
            $"SECURITY LABEL FOR {SqlText.Identifier(label.Provider)} ON DATABASE {database} IS {SqlText.Literal(label.Label)}")));
        changes.AddRange(found.Labels.ExceptBy(wanted.Labels.Select(label => label.Provider), label => label.Provider).Select(label => new Change(
            $"security label of {label.Provider}",
            $"SECURITY LABEL FOR {SqlText.Identifier(label.Provider)} ON DATABASE {database} IS NULL")));
        changes.AddRange(DatabaseGrantsText.Difference(database, wanted, found, login));
        if (wanted.ConnectionLimit != found.ConnectionLimit)
        {
            var limit = string.Create(CultureInfo.InvariantCulture, $"ALTER DATABASE {database} CONNECTION LIMIT {wanted.ConnectionLimit}");
            changes.Add(new Change("connection limit", limit) { IsLate = true });
        }

        if (wanted.IsTemplate != found.IsTemplate)
        {
            changes.Add(new Change("template", $"ALTER DATABASE {database} IS_TEMPLATE {(wanted.IsTemplate ? "true" : "false")}") { IsLate = true });
        }

        return [.. changes];
    }

    /// <summary>Settings that only a database has which was there before.</summary>
    private static IEnumerable<DatabaseSetting> Extra(DatabaseProperties wanted, DatabaseProperties found) =>
        found.Settings.ExceptBy(wanted.Settings.Select(Key), Key);

    private static (string Role, string Name) Key(DatabaseSetting setting) => (setting.Role, SettingText.Split(setting.Setting).Name);

    private static Change SettingChange(string database, DatabaseSetting setting) => SettingChange(database, setting, SettingText.Set(setting.Setting));

    private static Change ResetChange(string database, DatabaseSetting setting) => SettingChange(database, setting, SettingText.Reset(setting.Setting));

    private static Change SettingChange(string database, DatabaseSetting setting, string change)
    {
        var name = SettingText.Split(setting.Setting).Name;
        return setting.Role.Length == 0
            ? new Change($"setting {name}", $"ALTER DATABASE {database} {change}")
            : new Change($"setting {name} of {setting.Role}", $"ALTER ROLE {SqlText.Identifier(setting.Role)} IN DATABASE {database} {change}");
    }
}
