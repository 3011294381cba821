using System.Text;
using System.Text.RegularExpressions;

namespace MigrationPlans.Diagnostics;

/// <summary>Makes text from a user's file fit to be printed: one line, no control sequences, of bounded length, no password in a URL.</summary>
public static partial class Quoting
{
    private const int Longest = 80;

    public static string Plain(string text)
    {
        var safe = MaskUrls(text);
        var builder = new StringBuilder();
        foreach (var rune in safe.EnumerateRunes())
        {
            if (builder.Length >= Longest)
            {
                builder.Append('…');
                break;
            }

            builder.Append(IsPrintable(rune) ? rune.ToString() : $"\\u{rune.Value:x4}");
        }

        return builder.ToString();
    }

    /// <summary><c>scheme://user:password@host</c> without its password.</summary>
    public static string MaskUrls(string text) => UrlPassword().Replace(text, "${user}***@");

    internal static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator
        or System.Globalization.UnicodeCategory.Surrogate);

    [GeneratedRegex("(?<=://)(?<user>[^:/@\\s]*:)[^@\\s]*@", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UrlPassword();
}
