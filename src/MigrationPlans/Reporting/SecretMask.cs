using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Reporting;

/// <summary>
/// Hides passwords in lines of a manifest before any is printed. Works on text and not on the tree, because it must also
/// hold for files that are not valid YAML.
/// </summary>
public static partial class SecretMask
{
    public static IReadOnlyList<string> Apply(IReadOnlyList<string> lines)
    {
        var places = new SecretPlaces();
        return [.. lines.Select(line => ConnectionString().Replace(Quoting.MaskUrls(places.Mask(line)), "${key}***"))];
    }

    [GeneratedRegex(
        "(?<key>\\b(password|pwd)\\s*=\\s*)('[^']*'|\\S+)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        60_000)]
    private static partial Regex ConnectionString();
}
