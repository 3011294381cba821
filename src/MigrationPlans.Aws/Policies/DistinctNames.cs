using System.Globalization;

namespace MigrationPlans.Aws.Policies;

/// <summary>Names under which a document lists its roles: letters and digits alone may not tell two of them apart.</summary>
internal static class DistinctNames
{
    /// <summary>In their order; one that is taken gets the first number that makes it another.</summary>
    public static IEnumerable<string> Of(IEnumerable<string> names)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var distinct = name;
            for (var number = 2; !taken.Add(distinct); number++)
            {
                distinct = string.Create(CultureInfo.InvariantCulture, $"{name}{number}");
            }

            yield return distinct;
        }
    }
}
