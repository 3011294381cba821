using System.Text;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Turns <c>name=value</c>, as <c>pg_db_role_setting</c> keeps it, back into <c>SET name TO value</c>.</summary>
/// <remarks>As pg_dump does it (makeAlterConfigCommand): settings that are lists of names keep a list, all others one string.</remarks>
internal static class SettingText
{
    private static readonly HashSet<string> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        "local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories",
    };

    public static (string Name, string Value) Split(string setting)
    {
        var cut = setting.IndexOf('=', StringComparison.Ordinal);
        return (setting[..cut], setting[(cut + 1)..]);
    }

    public static string Set(string setting)
    {
        var (name, value) = Split(setting);
        var values = Lists.Contains(name) ? SplitList(value) : [value];
        return $"SET {SqlText.Identifier(name)} TO {string.Join(", ", values.Select(SqlText.Literal))}";
    }

    public static string Reset(string setting) => $"RESET {SqlText.Identifier(Split(setting).Name)}";

    /// <summary>Elements between commas; one in double quotes keeps commas and spaces, with <c>""</c> for a quote.</summary>
    internal static IReadOnlyList<string> SplitList(string value)
    {
        var elements = new List<string>();
        var element = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < value.Length; i++)
        {
            var isEscaped = quoted && value[i] == '"' && i + 1 < value.Length && value[i + 1] == '"';
            if (isEscaped)
            {
                element.Append('"');
                i++;
            }
            else if (value[i] == '"')
            {
                quoted = !quoted;
            }
            else if (value[i] == ',' && !quoted)
            {
                elements.Add(element.ToString());
                element.Clear();
            }
            else if (quoted || !char.IsWhiteSpace(value[i]))
            {
                element.Append(value[i]);
            }
        }

        elements.Add(element.ToString());
        return elements;
    }
}
