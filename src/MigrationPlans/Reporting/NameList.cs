namespace MigrationPlans.Reporting;

/// <summary>Names on one line, for people: a server can have thousands of roles. The JSON view has them all.</summary>
internal static class NameList
{
    private const int Shown = 40;

    public static string Of(IEnumerable<string> names)
    {
        var all = names.ToList();
        var first = string.Join(", ", all.Take(Shown));
        return all.Count > Shown ? $"{first} and {HumanUnits.Count(all.Count - Shown)} more (`plan --format json` has all)" : first;
    }
}
