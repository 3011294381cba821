using System.Text.RegularExpressions;

namespace MigrationPlans.Validation.Rules;

/// <summary>An Amazon Resource Name, taken apart: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html</summary>
internal sealed partial record Arn(string Partition, string Region, string Account)
{
    /// <summary>The ARN of an IAM role, or null.</summary>
    public static Arn? Role(string text) => From(RoleShape().Match(text));

    /// <summary>The ARN of a Secrets Manager secret, or null. The form <c>secret/name</c> is not one.</summary>
    public static Arn? Secret(string text) => From(SecretShape().Match(text));

    /// <summary>The ARN of a KMS key or alias, or null.</summary>
    public static Arn? Key(string text) => From(KeyShape().Match(text));

    /// <summary>The partition that a region belongs to.</summary>
    public static string PartitionOf(string region) => region switch
    {
        _ when region.StartsWith("cn-", StringComparison.Ordinal) => "aws-cn",
        _ when region.StartsWith("us-gov-", StringComparison.Ordinal) => "aws-us-gov",
        _ => "aws",
    };

    private static Arn? From(Match match) => match.Success
        ? new Arn(match.Groups["partition"].Value, match.Groups["region"].Value, match.Groups["account"].Value)
        : null;

    [GeneratedRegex(
        "^arn:(?<partition>aws|aws-cn|aws-us-gov):iam::(?<account>[0-9]{12}):role/[A-Za-z0-9+=,.@_/-]{1,576}\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        60_000)]
    private static partial Regex RoleShape();

    [GeneratedRegex(
        "^arn:(?<partition>aws|aws-cn|aws-us-gov):secretsmanager:(?<region>[a-z]{2,}(-[a-z]+)+-[0-9]+):(?<account>[0-9]{12}):secret:[A-Za-z0-9/_+=.@!-]{1,519}\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        60_000)]
    private static partial Regex SecretShape();

    [GeneratedRegex(
        "^arn:(?<partition>aws|aws-cn|aws-us-gov):kms:(?<region>[a-z]{2,}(-[a-z]+)+-[0-9]+):(?<account>[0-9]{12}):(key|alias)/[A-Za-z0-9/_-]{1,256}\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        60_000)]
    private static partial Regex KeyShape();
}
