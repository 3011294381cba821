using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Reporting;

/// <summary>
/// Hides passwords in lines of a manifest before any is printed. Works on text and not on the tree, because it must also
/// hold for files that are not valid YAML. What follows a password key is hidden to the end of its line and in the lines
/// indented below it, except references to where a password is kept.
/// </summary>
public static partial class SecretMask
{
    private const string Mask = "***";

    public static IReadOnlyList<string> Apply(IReadOnlyList<string> lines)
    {
        var masked = new string[lines.Count];
        int? hiddenBelow = null;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var indent = line.Length - line.TrimStart().Length;
            if (hiddenBelow is { } level && line.Trim().Length > 0 && indent <= level)
            {
                hiddenBelow = null;
            }

            if (hiddenBelow is not null && !Reference().IsMatch(line))
            {
                masked[i] = line.Trim().Length == 0 ? line : line[..indent] + Mask;
                continue;
            }

            foreach (Match match in PasswordKey().Matches(line))
            {
                hiddenBelow = match.Groups["key"].Index;
                var (before, rest) = (line[..(match.Index + match.Length)], line[(match.Index + match.Length)..]);
                if (!InlineReference().IsMatch(rest))
                {
                    line = before + HideAll(rest);
                    break;
                }
            }

            masked[i] = ConnectionString().Replace(Quoting.MaskUrls(line), "${key}***");
        }

        return masked;
    }

    private static string HideAll(string rest) => rest.Trim().Length == 0 ? rest : $" {Mask}";

    [GeneratedRegex("(^|[\\s{,?-])(?<key>[\"']?(pg)?(password|passwd|passphrase|pwd|pass)[\"']?)\\s*:", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PasswordKey();

    /// <summary>Nothing, a comment, an alias, or a mapping that only says where the password is.</summary>
    [GeneratedRegex("^\\s*(&\\w+\\s*)?(#.*|\\*\\w+.*|\\{\\s*(env\\s*:\\s*[\"']?\\w+[\"']?|(file|secretArn)\\s*:\\s*[^,}]+)\\s*\\}.*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InlineReference();

    [GeneratedRegex("^\\s*([\"']?env[\"']?\\s*:\\s*[\"']?\\w+[\"']?|[\"']?(file|secretArn)[\"']?\\s*:.*)\\s*(#.*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();

    [GeneratedRegex("(?<key>\\b(password|pwd)\\s*=\\s*)('[^']*'|\\S+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ConnectionString();
}
