using System.Text.RegularExpressions;

namespace MigrationPlans.Manifest;

/// <summary>The identifier of an RDS instance.</summary>
public static partial class InstanceIdentifier
{
    /// <summary>Stands for the source's identifier in the template of a new one.</summary>
    public const string Placeholder = "{identifier}";

    /// <summary>1 to 63 letters, digits and single hyphens, beginning with a letter and not ending with a hyphen.</summary>
    public static bool IsValid(string identifier) => Form().IsMatch(identifier) && !identifier.Contains("--", StringComparison.Ordinal);

    [GeneratedRegex("^[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\z", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Form();
}
