using System.Globalization;

namespace MigrationPlans.Manifest;

/// <summary>Builds and takes apart the paths that name places in a manifest: <c>databases[0].to</c>, <c>sources["a.b"]</c>.</summary>
public static class ManifestPath
{
    public const string Root = "";

    public static string Property(string parent, string key)
    {
        var isPlain = key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        if (!isPlain)
        {
            return $"{parent}[\"{Escape(key)}\"]";
        }

        return parent.Length == 0 ? key : $"{parent}.{key}";
    }

    public static string Item(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");

    /// <summary>The path one level up; the root's parent is the root.</summary>
    public static string Parent(string path)
    {
        var cut = 0;
        var quoted = false;
        for (var i = 0; i < path.Length; i++)
        {
            if (quoted && path[i] == '\\')
            {
                i++;
            }
            else if (path[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && path[i] is ('.' or '['))
            {
                cut = i;
            }
        }

        return path[..cut];
    }

    private static string Escape(string key) =>
        key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
