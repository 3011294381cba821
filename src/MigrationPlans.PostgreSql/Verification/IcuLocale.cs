using System.Collections.Frozen;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// One form for an ICU locale in its two spellings: <c>de_AT@collation=phonebook</c>, as 15 and older keep it, is made a language tag,
/// <c>de-AT-u-co-phonebk</c>, by 16 and newer. These sort the keys of a tag, too, and put its values into their form:
/// <c>und-u-ks-level1-kc-true</c> becomes <c>und-u-kc-ks-level1</c>, and the unknown <c>de-u-co-phonebook</c> <c>de-u-co</c>.
/// </summary>
/// <remarks>https://unicode.org/reports/tr35/tr35-collation.html#Setting_Options</remarks>
internal static class IcuLocale
{
    private static readonly FrozenDictionary<string, string> Keys = new Dictionary<string, string>
    {
        ["collation"] = "co",
        ["colstrength"] = "ks",
        ["colalternate"] = "ka",
        ["colbackwards"] = "kb",
        ["colnormalization"] = "kk",
        ["colcaselevel"] = "kc",
        ["colcasefirst"] = "kf",
        ["colnumeric"] = "kn",
        ["colreorder"] = "kr",
        ["colhiraganaquaternary"] = "kh",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Values = new Dictionary<string, string>
    {
        ["phonebook"] = "phonebk",
        ["dictionary"] = "dict",
        ["traditional"] = "trad",
        ["gb2312han"] = "gb2312",
        ["primary"] = "level1",
        ["secondary"] = "level2",
        ["tertiary"] = "level3",
        ["quaternary"] = "level4",
        ["quarternary"] = "level4",
        ["identical"] = "identic",
        ["non-ignorable"] = "noignore",
        ["yes"] = "true",
        ["no"] = "false",
    }.ToFrozenDictionary();

    private const int LongestPart = 8;

    /// <param name="value">What is said of a collation: its provider, locale, and whether it is deterministic.</param>
    public static string Normalize(string value) =>
        value.Split(' ') is ["i", var locale, .. var rest] ? $"i {ToTag(locale.ToLowerInvariant())} {string.Join(' ', rest)}" : value;

    private static string ToTag(string locale)
    {
        var (name, options) = locale.Split('@', 2) is [var first, var second] ? (first, second) : (locale, "");
        var (language, extension) = name.Replace('_', '-').Split("-u-", 2) is [var before, var after] ? (before, after) : (name.Replace('_', '-'), "");
        var settings = options.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(ToSetting)
            .Concat(SettingsOf(extension))
            .Order(StringComparer.Ordinal)
            .ToList();
        return $"{(language is "" or "root" ? "und" : language)}{(settings.Count == 0 ? "" : $"-u{string.Concat(settings)}")}";
    }

    private static string ToSetting(string option)
    {
        var (key, value) = option.Split('=', 2) is [var first, var second] ? (first.Trim(), second.Trim()) : (option, "");
        return Setting(Keys.GetValueOrDefault(key, key), Values.GetValueOrDefault(value, value));
    }

    /// <summary>Keys have two letters, the parts of their values three and more. ICU reads a tag up to the first part that is too long for one.</summary>
    private static IEnumerable<string> SettingsOf(string extension)
    {
        var parts = extension.Split('-').TakeWhile(part => part.Length is > 0 and <= LongestPart).ToArray();
        for (var (i, next) = (0, 0); i < parts.Length; i = next)
        {
            next = i + 1;
            while (next < parts.Length && parts[next].Length > 2)
            {
                next++;
            }

            yield return Setting(parts[i], string.Join('-', parts[(i + 1)..next]));
        }
    }

    private static string Setting(string key, string value) => $"-{key}{(value is "" or "true" or "yes" ? "" : $"-{value}")}";
}
