using System.Globalization;
using System.Text.RegularExpressions;

namespace MigrationPlans.Manifest.Importing;

/// <summary>Finds names that people recognise: the host's first label, with port or user where that is not enough.</summary>
internal static partial class EndpointNames
{
    /// <summary>No endpoint's name is longer.</summary>
    private const int LongestName = 63;

    /// <summary>One name for each login; as short as unique names can be.</summary>
    public static IReadOnlyDictionary<ServerLogin, string> Choose(IReadOnlyList<ServerLogin> logins)
    {
        var names = new Dictionary<ServerLogin, string>();
        var open = logins.ToList();
        Func<ServerLogin, string>[] candidates =
        [
            login => Label(login.Host),
            login => $"{Label(login.Host)}-{Slug(login.User)}",
            login => $"{Label(login.Host)}-{login.Port}",
            login => $"{Slug(login.Host)}-{login.Port}-{Slug(login.User)}",
        ];
        foreach (var candidate in candidates)
        {
            var unique = open.GroupBy(login => Fit(candidate(login))).Where(group => group.Count() == 1 && !names.ContainsValue(group.Key)).ToList();
            foreach (var group in unique)
            {
                names.Add(group.Single(), group.Key);
            }

            open.RemoveAll(names.ContainsKey);
        }

        foreach (var login in open)
        {
            var number = 2;
            while (names.ContainsValue($"{Label(login.Host)}-{number}"))
            {
                number++;
            }

            names.Add(login, $"{Label(login.Host)}-{number.ToString(CultureInfo.InvariantCulture)}");
        }

        return names;
    }

    /// <summary>Lower-case letters, digits and hyphens; never empty, at most 40.</summary>
    public static string Slug(string text)
    {
        var slug = NotSlug().Replace(text.ToLowerInvariant(), "-").Trim('-');
        slug = slug.Length > 40 ? slug[..40].TrimEnd('-') : slug;
        return slug.Length == 0 ? "server" : slug;
    }

    /// <summary>Names that are the same when they are cut go the way of all that are not unique.</summary>
    private static string Fit(string name) => name.Length > LongestName ? name[..LongestName].TrimEnd('-') : name;

    private static string Label(string host) =>
        Address().IsMatch(host) ? $"server-{Slug(host)}" : Slug(host.StartsWith('/') ? "local" : host.Split('.')[0]);

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex NotSlug();

    [GeneratedRegex("^([0-9.]+|[0-9a-f:.%]*:[0-9a-f:.%]*)\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Address();
}
