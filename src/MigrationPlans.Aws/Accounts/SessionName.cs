using System.Text.RegularExpressions;

namespace MigrationPlans.Aws.Accounts;

/// <summary>Names assumed-role sessions so that CloudTrail tells whose they were.</summary>
internal static partial class SessionName
{
    private const int Longest = 64;

    public static string For(string subject)
    {
        var name = $"migplan-{Unfit().Replace(subject, "-")}";
        return name.Length <= Longest ? name : name[..Longest];
    }

    [GeneratedRegex("[^A-Za-z0-9_+=,.@-]", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Unfit();
}
