namespace MigrationPlans.Diagnostics;

/// <summary>Stage 3: what AWS accounts refuse, or do not answer.</summary>
public static class AwsDiagnostics
{
    private static readonly DiagnosticDescriptor NoCredentialsDescriptor = new(
        "MP3500", Severity.Error, "no AWS credentials were found",
        """
        migplan looks for credentials where every AWS SDK does: environment variables, web identity, the profile (`AWS_PROFILE`)
        with its SSO session or process, then the container's or the instance's role. None of them gave any.
        """);

    private static readonly DiagnosticDescriptor AccessDeniedDescriptor = new(
        "MP3501", Severity.Error, "an AWS call was denied",
        """
        The principal that migplan acts as lacks a permission. The message names the account, the principal and the action; the
        help shows the statement to add to the principal's policies. `migplan iam` prints all policies that a manifest needs.
        A service control policy, a permission boundary or a resource policy can deny it too.
        """);

    private static readonly DiagnosticDescriptor RoleNotAssumedDescriptor = new(
        "MP3502", Severity.Error, "a role can't be assumed",
        """
        Assuming a role of another account takes consent on both sides: our principal must be allowed `sts:AssumeRole` on the role,
        and the role's trust policy must name our principal, with the external id when it asks for one. AWS gives the same answer
        when the role does not exist. `migplan iam` prints both policies.
        """);

    private static readonly DiagnosticDescriptor CredentialsExpiredDescriptor = new(
        "MP3503", Severity.Error, "the AWS credentials have expired or are not valid",
        "The credentials that migplan was started with are no longer taken by AWS. Log in again (`aws sso login`, for instance) and run the same command; an `apply` resumes.");

    private static readonly DiagnosticDescriptor UnreachableDescriptor = new(
        "MP3504", Severity.Error, "an AWS service can't be reached",
        "The service's endpoint did not answer, or the connection was cut. Check the network, the proxy (`HTTPS_PROXY`) and VPC endpoints; `AWS_ENDPOINT_URL` sends calls elsewhere.");

    private static readonly DiagnosticDescriptor ThrottledDescriptor = new(
        "MP3505", Severity.Error, "AWS throttles the calls",
        "The account makes more calls of this kind than AWS allows at a time, ours or others'. The call was tried several times. `AWS_MAX_ATTEMPTS` raises the number.");

    private static readonly DiagnosticDescriptor CallFailedDescriptor = new(
        "MP3506", Severity.Error, "an AWS call failed",
        "AWS answered with an error. Its code is part of the message, and the service's API reference lists it.");

    private static readonly DiagnosticDescriptor EndpointUnusableDescriptor = new(
        "MP3640", Severity.Error, "the endpoint for AWS calls is no address",
        """
        The variable `AWS_ENDPOINT_URL`, one of `AWS_ENDPOINT_URL_RDS`, `_STS`, `_SECRETS_MANAGER` and `_S3`, or `endpoint_url` in the
        AWS profile sends calls elsewhere than to AWS. What it says must begin with `http://` or `https://`. To call AWS itself, leave
        it out.
        """);

    public static Diagnostic NoCredentials(string subject, string reason) => new()
    {
        Descriptor = NoCredentialsDescriptor,
        Message = $"no AWS credentials for `{subject}`",
        Detail = reason,
        Help = "log in (`aws sso login`), set AWS_PROFILE, or run where a role is attached",
        Subject = subject,
    };

    /// <param name="reason">What AWS says: it tells an explicit deny, a boundary or a service control policy from a mere lack.</param>
    public static Diagnostic AccessDenied(string subject, string account, string principal, string action, string resource, string reason) => new()
    {
        Descriptor = AccessDeniedDescriptor,
        Message = $"account {account} denies {action} to {principal}",
        Detail = $"needed for `{subject}`, on {resource}; AWS says: {reason}",
        Help = $$"""add to the principal's policies: {"Effect": "Allow", "Action": "{{action}}", "Resource": "{{resource}}"}; `migplan iam` prints all that the manifest needs""",
        Subject = subject,
    };

    public static Diagnostic RoleNotAssumed(string subject, string roleArn, string principal, bool hasExternalId) => new()
    {
        Descriptor = RoleNotAssumedDescriptor,
        Message = $"{principal} may not assume {roleArn}",
        Detail = $"needed for `{subject}`; {(hasExternalId ? "an external id was given" : "no external id was given")}",
        Help = $"allow {principal} `sts:AssumeRole` on the role, and name it in the role's trust policy{(hasExternalId ? " with this very external id" : "; set `externalId` if that policy asks for one")}; `migplan iam` prints both",
        Subject = subject,
    };

    public static Diagnostic CredentialsExpired(string subject, string code) => new()
    {
        Descriptor = CredentialsExpiredDescriptor,
        Message = $"AWS does not take the credentials for `{subject}` any more ({code})",
        Help = "log in again and run the same command",
        Subject = subject,
    };

    /// <param name="origin">The variable, or what else says so.</param>
    /// <param name="address">What it says; null where that is not known.</param>
    public static Diagnostic EndpointUnusable(string origin, string? address) => new()
    {
        Descriptor = EndpointUnusableDescriptor,
        Message = $"{origin} is {(address is null ? "" : $"`{address}`, which is ")}no address that AWS calls can go to",
        Help = "write an address that begins with `http://` or `https://`, or leave it out",
        Subject = origin,
    };

    public static Diagnostic Unreachable(string subject, string action, string region, string reason) => new()
    {
        Descriptor = UnreachableDescriptor,
        Message = $"{action} for `{subject}` in {region} got no answer: {reason}",
        Help = "check network, proxy and VPC endpoints, then run the same command again",
        Subject = subject,
    };

    public static Diagnostic Throttled(string subject, string action, string code) => new()
    {
        Descriptor = ThrottledDescriptor,
        Message = $"AWS throttles {action} for `{subject}` ({code})",
        Help = "run the same command again in a while, or raise AWS_MAX_ATTEMPTS",
        Subject = subject,
    };

    public static Diagnostic CallFailed(string subject, string action, string code, string message) => new()
    {
        Descriptor = CallFailedDescriptor,
        Message = $"{action} for `{subject}` failed: {message} ({code})",
        Subject = subject,
    };
}
