using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>Keys under which people write secrets, also where a manifest has no such key, and also misspelled.</summary>
public static partial class SecretKeys
{
    private const string Password = "password";

    /// <summary>Properties of a manifest that are called like a secret and hold none.</summary>
    private static readonly ImmutableHashSet<string> Harmless = ["passwords", "secretArn", "managedSecret"];

    /// <summary>What stands under the key may be a secret.</summary>
    public static bool MayHoldSecret(string key) => SecretWord().IsMatch(key) || DidYouMean.AreNear(WithoutValue(key), Password);

    /// <summary>Like <see cref="MayHoldSecret"/>, but not for what the manifest itself calls so.</summary>
    public static bool AreStray(string key) => MayHoldSecret(key) && !Harmless.Contains(key);

    /// <summary>What stands under the key is meant as a password.</summary>
    public static bool NamePassword(string key) => PasswordWord().IsMatch(key) && !Harmless.Contains(key);

    /// <summary>Where the blank after a colon is missing, the value is a part of the key.</summary>
    private static string WithoutValue(string key) => key.Split(':', 2)[0].Trim();

    [GeneratedRegex(
        "passw|passphrase|pwd|secret|token|^(pg)?pass\\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        60_000)]
    private static partial Regex SecretWord();

    [GeneratedRegex(
        "password|passwd|passphrase|pwd|^(pg)?pass\\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        60_000)]
    private static partial Regex PasswordWord();
}
