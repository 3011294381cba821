using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Aws.State;

/// <summary>A bucket, and where in it: <c>s3://bucket/prefix</c>.</summary>
/// <param name="Prefix">Without slashes at its ends; empty is the bucket's root.</param>
public sealed partial record S3Address(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";

    public static bool IsOne(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="DiagnosticException">MP5022.</exception>
    public static S3Address Parse(string text)
    {
        var parts = text[Scheme.Length..].Split('/', 2);
        if (!BucketName().IsMatch(parts[0]))
        {
            throw new DiagnosticException(RemoteStateDiagnostics.AddressUnfit(
                text, parts[0].Length == 0 ? "it names no bucket" : "its bucket has no name that S3 allows"));
        }

        var prefix = parts.Length > 1 ? parts[1].Trim('/') : "";
        return prefix.Contains("//", StringComparison.Ordinal) || prefix.Any(char.IsControl)
            ? throw new DiagnosticException(RemoteStateDiagnostics.AddressUnfit(text, "its prefix has an empty part or a control character"))
            : new S3Address(parts[0], prefix);
    }

    /// <summary>The key of an object of this state.</summary>
    public string Key(string name) => Prefix.Length == 0 ? name : $"{Prefix}/{name}";

    public override string ToString() => Prefix.Length == 0 ? $"{Scheme}{Bucket}" : $"{Scheme}{Bucket}/{Prefix}";

    /// <remarks>https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html</remarks>
    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex BucketName();
}
