using System.Text;

namespace MigrationPlans.Diagnostics;

/// <summary>Makes text from a user's file fit to be printed: one line, no control sequences, of bounded length, no password in a URL.</summary>
public static class Quoting
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
    public static string MaskUrls(string text)
    {
        var masked = new StringBuilder();
        var position = 0;
        foreach (var password in UrlPasswords(text))
        {
            masked.Append(text, position, password.Start.Value - position).Append("***");
            position = password.End.Value;
        }

        return position == 0 ? text : masked.Append(text, position, text.Length - position).ToString();
    }

    /// <summary>The text holds a URL with a password.</summary>
    public static bool HoldsUrlPassword(string text) => UrlPasswords(text).Any(password => password.End.Value > password.Start.Value);

    /// <summary>
    /// What stands between <c>://user:</c> and the next <c>@</c>, with no blank in it. By hand, because an expression would
    /// look for that <c>@</c> from every <c>://</c> anew.
    /// </summary>
    private static IEnumerable<Range> UrlPasswords(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '@' && PasswordStart(text, start, i) is { } password)
            {
                yield return password..i;
            }

            if (text[i] == '@' || char.IsWhiteSpace(text[i]))
            {
                start = i + 1;
            }
        }
    }

    private static int? PasswordStart(string text, int start, int end)
    {
        while (text.IndexOf("://", start, end - start, StringComparison.Ordinal) is >= 0 and var scheme)
        {
            var user = scheme + "://".Length;
            var stop = text.AsSpan(user, end - user).IndexOfAny(':', '/');
            if (stop < 0 || text[user + stop] == ':')
            {
                return stop < 0 ? null : user + stop + 1;
            }

            start = user + stop;
        }

        return null;
    }

    internal static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator
        or System.Globalization.UnicodeCategory.Surrogate);
}
