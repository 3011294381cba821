namespace MigrationPlans.Diagnostics;

/// <summary>Stage 2, second half: what a schema can't say about ARNs, and the accounts and regions in them.</summary>
public static class ArnDiagnostics
{
    private static readonly DiagnosticDescriptor NotRoleArnDescriptor = new(
        "MP2104", Severity.Error, "a role ARN does not have the right shape",
        "The ARN of a role looks like `arn:aws:iam::111111111111:role/Name`, with a twelve-digit account and no region; `aws-cn` and `aws-us-gov` are the other partitions.");

    private static readonly DiagnosticDescriptor NotSecretArnDescriptor = new(
        "MP2105", Severity.Error, "a secret ARN does not have the right shape",
        "The ARN of a secret looks like `arn:aws:secretsmanager:us-east-1:111111111111:secret:name-AbCdEf`: a colon, not a slash, follows `secret`. Copy it from the console or from `aws secretsmanager describe-secret`.");

    private static readonly DiagnosticDescriptor AccountsDisagreeDescriptor = new(
        "MP2106", Severity.Error, "role and secret belong to different accounts",
        "The endpoint's secret is read with the endpoint's role, so both belong to the same account. A cross-account secret would need a resource policy and a customer-managed key, and is most often a slip.");

    private static readonly DiagnosticDescriptor RegionsDisagreeDescriptor = new(
        "MP2107", Severity.Error, "regions disagree",
        "What belongs together must be in one region and one partition: a secret and its instance, a KMS key and the copy that it encrypts, a zone and its region.");

    private static readonly DiagnosticDescriptor NotKeyArnDescriptor = new(
        "MP2124", Severity.Error, "a KMS key ARN does not have the right shape",
        "It looks like `arn:aws:kms:eu-west-1:111111111111:key/…` or `…:alias/…`. A key id or `alias/name` alone is fine too.");

    public static Diagnostic NotRoleArn(SourceSpan span) => new()
    {
        Descriptor = NotRoleArnDescriptor,
        Message = "this is not the ARN of an IAM role",
        Span = span,
        Label = "should look like `arn:aws:iam::111111111111:role/Name`",
    };

    public static Diagnostic NotSecretArn(SourceSpan span) => new()
    {
        Descriptor = NotSecretArnDescriptor,
        Message = "this is not the ARN of a Secrets Manager secret",
        Span = span,
        Label = "should look like `arn:aws:secretsmanager:us-east-1:111111111111:secret:name-AbCdEf`",
    };

    public static Diagnostic NotKeyArn(SourceSpan span) => new()
    {
        Descriptor = NotKeyArnDescriptor,
        Message = "this is not the ARN of a KMS key",
        Span = span,
        Label = "should look like `arn:aws:kms:eu-west-1:111111111111:key/…`",
    };

    public static Diagnostic NotKey(SourceSpan span) => new()
    {
        Descriptor = NotKeyArnDescriptor,
        Message = "this is not a KMS key: no id, ARN or alias",
        Span = span,
        Label = "should look like `1234abcd-12ab-34cd-56ef-1234567890ab`, `mrk-…`, `alias/name` or an ARN",
    };

    public static Diagnostic AccountsDisagree(SourceSpan span, string endpoint, string secretAccount, string roleAccount) => new()
    {
        Descriptor = AccountsDisagreeDescriptor,
        Message = $"the secret of endpoint `{Quoting.Plain(endpoint)}` is in account {secretAccount}, its role in account {roleAccount}",
        Span = span,
        Label = $"account {secretAccount}",
    };

    public static Diagnostic RegionsDisagree(SourceSpan span, string what, string region, string other, string otherRegion) => new()
    {
        Descriptor = RegionsDisagreeDescriptor,
        Message = $"{what} is in {Quoting.Plain(region)}, {Quoting.Plain(other)} in {Quoting.Plain(otherRegion)}",
        Span = span,
        Label = Quoting.Plain(region),
    };
}
