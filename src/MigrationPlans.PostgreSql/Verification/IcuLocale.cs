using System.Collections.Frozen;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// One form for an ICU locale in its two spellings: <c>de_AT@collation=phonebook</c>, as 15 and older keep it, is made a language tag,
/// <c>de-AT-u-co-phonebk</c>, by 16 and newer.
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

    /// <param name="value">What is said of a collation: its provider, locale, and whether it is deterministic.</param>
    public static string Normalize(string value) =>
        value.Split(' ') is ["i", var locale, .. var rest] ? $"i {ToTag(locale.ToLowerInvariant())} {string.Join(' ', rest)}" : value;

    private static string ToTag(string locale)
    {
        var (name, options) = locale.Split('@', 2) is [var first, var second] ? (first, second) : (locale, "");
        var language = name.Replace('_', '-');
        var settings = options.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(ToSetting).Order(StringComparer.Ordinal).ToList();
        return $"{(language is "" or "root" ? "und" : language)}{(settings.Count == 0 ? "" : $"-u{string.Concat(settings)}")}";
    }

    private static string ToSetting(string option)
    {
        var (key, value) = option.Split('=', 2) is [var first, var second] ? (first.Trim(), second.Trim()) : (option, "");
        var known = Values.GetValueOrDefault(value, value);
        return $"-{Keys.GetValueOrDefault(key, key)}{(known is "" or "true" ? "" : $"-{known}")}";
    }
}
