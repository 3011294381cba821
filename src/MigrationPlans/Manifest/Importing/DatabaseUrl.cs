using System.Globalization;
using System.Text.RegularExpressions;

namespace MigrationPlans.Manifest.Importing;

/// <summary>A libpq connection URI, taken apart: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS</summary>
/// <remarks>Holds a password for the moment of the import; never printed.</remarks>
internal sealed partial record DatabaseUrl
{
    private const int DefaultPort = 5432;

    /// <summary>libpq's word for the certificates of the operating system; it implies verify-full.</summary>
    private const string SystemStore = "system";

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string User { get; init; }

    public required string Database { get; init; }

    public string? TlsMode { get; init; }

    public string? RootCertificate { get; init; }

    /// <summary>Names of query parameters that a manifest has no place for.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    internal string? Password { get; init; }

    /// <summary>The URL, or why it is none; the reason never repeats any of its text.</summary>
    public static (DatabaseUrl? Url, string? Error) Parse(string text)
    {
        var scheme = Scheme().Match(text);
        if (!scheme.Success)
        {
            return (null, "it does not start with postgresql://");
        }

        if (text.Contains('#', StringComparison.Ordinal))
        {
            // A URI would end at its fragment here, but to libpq it is a character like any other: a guess could name another database.
            return (null, "`#` must be URL-encoded (%23)");
        }

        var rest = text[scheme.Length..];
        var authorityEnd = rest.AsSpan().IndexOfAny('/', '?') is >= 0 and var end ? end : rest.Length;
        var authority = rest[..authorityEnd];
        var (path, query) = rest[authorityEnd..].Split('?', 2) is [var before, var after] ? (before, after) : (rest[authorityEnd..], "");
        var at = authority.LastIndexOf('@');
        if (at < 0 && path.Contains('@', StringComparison.Ordinal))
        {
            return (null, "special characters in its user name or password must be URL-encoded");
        }

        var parameters = Parameters(query);
        var userInfo = (at < 0 ? "" : authority[..at]).Split(':', 2);
        var (host, port, error) = HostAndPort(authority[(at + 1)..], parameters);
        var user = Take(parameters, "user") ?? Uri.UnescapeDataString(userInfo[0]);
        var database = Take(parameters, "dbname") ?? Uri.UnescapeDataString(path.TrimStart('/'));
        error ??= host.Length == 0 ? "it names no host" : user.Length == 0 ? "it names no user" : database.Length == 0 ? "it names no database" : null;
        var mode = Take(parameters, "sslmode");
        if (mode is not (null or "disable" or "allow" or "prefer" or "require" or "verify-ca" or "verify-full"))
        {
            error ??= "its sslmode is none of libpq's";
        }

        var certificate = Take(parameters, "sslrootcert");
        if (certificate == SystemStore && (mode ??= "verify-full") != "verify-full")
        {
            error ??= "its sslmode is too weak for sslrootcert=system (use verify-full)";
        }

        return error is not null ? (null, error) : (new DatabaseUrl
        {
            Host = host,
            Port = port,
            User = user,
            Password = Take(parameters, "password") ?? (userInfo.Length > 1 ? Uri.UnescapeDataString(userInfo[1]) : null),
            Database = database,
            TlsMode = mode,
            // No certificate means the system's store here.
            RootCertificate = certificate == SystemStore ? null : certificate,
            Ignored = [.. parameters.Keys.Order(StringComparer.Ordinal)],
        }, null);
    }

    /// <summary>Without its password, so that nothing prints it by accident.</summary>
    public override string ToString() => $"{User}@{Host}:{Port}/{Database}";

    private static (string Host, int Port, string? Error) HostAndPort(string text, Dictionary<string, string> parameters)
    {
        if (text.Contains(',', StringComparison.Ordinal) || parameters.GetValueOrDefault("host")?.Contains(',', StringComparison.Ordinal) == true)
        {
            return ("", 0, "it names several hosts; choose one");
        }

        var match = HostShape().Match(text);
        if (!match.Success)
        {
            return ("", 0, "its host or port can't be understood");
        }

        var host = Take(parameters, "host") ?? Uri.UnescapeDataString(match.Groups["ipv6"].Success ? match.Groups["ipv6"].Value : match.Groups["host"].Value);
        var digits = Take(parameters, "port") ?? match.Groups["port"].Value;
        if (digits.Length == 0)
        {
            return (host, DefaultPort, null);
        }

        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? (host, port, null)
            : (host, 0, "its port is not a number from 1 to 65535");
    }

    private static Dictionary<string, string> Parameters(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            parameters[Uri.UnescapeDataString(parts[0])] = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
        }

        return parameters;
    }

    private static string? Take(Dictionary<string, string> parameters, string name) =>
        parameters.Remove(name, out var value) && value.Length > 0 ? value : null;

    [GeneratedRegex("^(jdbc:)?postgres(ql)?(\\+[a-z0-9]+)?://", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 60_000)]
    internal static partial Regex Scheme();

    [GeneratedRegex(
        "^(\\[(?<ipv6>[0-9A-Fa-f:.%]+)\\]|(?<host>[^:\\[\\]]*))(:(?<port>[^:]*))?\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        60_000)]
    private static partial Regex HostShape();
}
