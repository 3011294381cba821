using System.Text;
using System.Text.RegularExpressions;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>Writes text as a YAML scalar that reads back as the same text.</summary>
public static partial class YamlText
{
    /// <summary>Plain where that is safe everywhere, else in double quotes; a literal <c>${</c> is escaped, so that it is not taken for a reference.</summary>
    public static string Scalar(string text)
    {
        var escaped = text.Replace("${", "$${", StringComparison.Ordinal);
        return PlainText().IsMatch(escaped) && ScalarKinds.OfPlain(escaped) == ScalarKind.Text && !IsOldBoolean(escaped) ? escaped : Quoted(escaped);
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Words that YAML 1.1 programs, editors among them, take for booleans.</summary>
    private static bool IsOldBoolean(string text) => text.ToLowerInvariant() is "yes" or "no" or "on" or "off" or "y" or "n";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_./-]*\\z", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex PlainText();
}
