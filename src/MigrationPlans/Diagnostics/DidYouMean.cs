namespace MigrationPlans.Diagnostics;

/// <summary>Finds the name that was probably meant.</summary>
public static class DidYouMean
{
    private const int LongestName = 64;

    /// <summary>The nearest candidate, if it is near enough to be worth saying; ties go to the first in ordinal order.</summary>
    public static string? Find(string written, IEnumerable<string> candidates)
    {
        if (written.Length is 0 or > LongestName)
        {
            return null;
        }

        var best = candidates
            .Where(candidate => candidate.Length <= LongestName && candidate != written)
            .Select(candidate => (Name: candidate, Distance: Distance(written.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, Math.Min(written.Length, best.Name.Length) / 3)
            ? best.Name
            : candidates.Order(StringComparer.Ordinal).FirstOrDefault(candidate => IsShortFor(written, candidate) || IsShortFor(candidate, written));
    }

    /// <summary>At most two edits lie between the names, whatever their case.</summary>
    public static bool AreNear(string a, string b) =>
        Math.Abs(a.Length - b.Length) <= 2 && a.Length <= LongestName && Distance(a.ToLowerInvariant(), b.ToLowerInvariant()) <= 2;

    /// <summary><c>user</c> for <c>username</c>.</summary>
    private static bool IsShortFor(string shorter, string longer) =>
        shorter.Length >= 4 && shorter.Length < longer.Length && longer.StartsWith(shorter, StringComparison.OrdinalIgnoreCase);

    /// <summary>Edits between the two: insert, delete, replace, or swap neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
