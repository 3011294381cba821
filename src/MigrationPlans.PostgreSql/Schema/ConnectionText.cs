using System.Text;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Takes the secrets out of a libpq connection string, in either of its two forms.</summary>
/// <remarks>https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING</remarks>
internal static class ConnectionText
{
    private static readonly string[] Schemes = ["postgresql://", "postgres://"];

    /// <returns>The string without its secrets; empty where it can't be read, so that nothing slips through.</returns>
    public static string WithoutSecrets(string text) =>
        Array.Find(Schemes, scheme => text.StartsWith(scheme, StringComparison.Ordinal)) is { } scheme ? OfUri(scheme, text[scheme.Length..]) : OfPairs(text);

    private static bool IsSecret(string keyword) =>
        keyword.Contains("password", StringComparison.OrdinalIgnoreCase) || keyword.Contains("secret", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>user:password@host/database?keyword=value&amp;…</c>; libpq looks for the user before the first slash.</summary>
    private static string OfUri(string scheme, string rest)
    {
        var (authority, user) = (rest, "");
        var at = rest.IndexOfAny(['@', '/']);
        if (at >= 0 && rest[at] == '@')
        {
            user = rest[..at].Split(':')[0] + '@';
            authority = rest[(at + 1)..];
        }

        var question = authority.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
        {
            return scheme + user + authority;
        }

        var kept = authority[(question + 1)..].Split('&').Where(pair => !IsSecret(Uri.UnescapeDataString(pair.Split('=')[0])));
        var query = string.Join('&', kept);
        return scheme + user + authority[..question] + (query.Length > 0 ? $"?{query}" : "");
    }

    /// <summary><c>keyword = 'value' …</c></summary>
    private static string OfPairs(string text)
    {
        var (kept, at) = (new List<string>(), 0);
        while (Skip(text, ref at))
        {
            var start = at;
            while (at < text.Length && text[at] != '=' && !char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            var keyword = text[start..at];
            if (!Skip(text, ref at) || text[at++] != '=')
            {
                return "";
            }

            Skip(text, ref at);
            if (ReadValue(text, ref at) is not { } value)
            {
                return "";
            }

            if (!IsSecret(keyword))
            {
                kept.Add($"{keyword}='{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'");
            }
        }

        return string.Join(' ', kept);
    }

    /// <summary>Null where a quote is not closed.</summary>
    private static string? ReadValue(string text, ref int at)
    {
        var value = new StringBuilder();
        var isQuoted = at < text.Length && text[at] == '\'';
        for (at += isQuoted ? 1 : 0; at < text.Length && (isQuoted ? text[at] != '\'' : !char.IsWhiteSpace(text[at])); at++)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            value.Append(text[at]);
        }

        return isQuoted && at++ >= text.Length ? null : value.ToString();
    }

    /// <returns>False at the end.</returns>
    private static bool Skip(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at < text.Length;
    }
}
