using System.Net;
using System.Net.Sockets;
using System.Xml;
using Amazon.Runtime;
using Amazon.SecurityToken;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Aws.Accounts;

/// <summary>Turns the SDK's exceptions into diagnostics, by error code and never by message.</summary>
internal static class AwsFailure
{
    private static readonly HashSet<string> Denied = new(StringComparer.Ordinal)
    {
        "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized",
    };

    private static readonly HashSet<string> Expired = new(StringComparer.Ordinal)
    {
        "ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId",
    };

    private static readonly HashSet<string> Throttled = new(StringComparer.Ordinal)
    {
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
        "TooManyRequestsException", "RequestLimitExceeded", "SlowDown", "PriorRequestNotComplete",
    };

    /// <summary>
    /// Something that the SDK, or the network below it, throws when a call fails. It lets out what its XML reader says of an answer
    /// of STS that is empty or torn.
    /// </summary>
    public static bool IsOurs(Exception exception) =>
        exception is AmazonServiceException or AmazonClientException or XmlException || IsOfNetwork(exception);

    public static bool NeedsPrincipal(Exception exception) => exception is AmazonServiceException { ErrorCode: { } code } && Denied.Contains(code);

    public static bool IsThrottling(Exception exception) => exception is AmazonServiceException { ErrorCode: { } code } && Throttled.Contains(code);

    public static bool IsExpired(Exception exception) => exception is AmazonServiceException { ErrorCode: { } code } && Expired.Contains(code);

    /// <summary>Trying the same call later may help. Credentials that are missing, or that SSO no longer gives, do not come back by themselves.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        _ when IsThrottling(exception) => true,
        _ when LacksCredentials(exception) => false,
        AmazonServiceException
        {
            StatusCode: HttpStatusCode.InternalServerError
                or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout
        } => true,
        AmazonUnmarshallingException => true,
        AmazonServiceException { ErrorCode: { Length: > 0 } } => false,
        _ => IsOurs(exception),
    };

    public static DiagnosticException Translate(Exception exception, AwsCall call) =>
        new(Describe(exception, call), exception) { IsTransient = IsTransient(exception) };

    private static Diagnostic Describe(Exception exception, AwsCall call)
    {
        var subject = call.Access.Subject;
        return exception switch
        {
            AmazonSecurityTokenServiceException when NeedsPrincipal(exception) && call.Access.RoleArn is { } role =>
                AwsDiagnostics.RoleNotAssumed(subject, role, call.Principal ?? "the caller", call.Access.ExternalId is not null),
            AmazonServiceException when NeedsPrincipal(exception) =>
                AwsDiagnostics.AccessDenied(subject, Account(call), call.Principal ?? "the caller", call.Action, Resource(call), exception.Message),
            AmazonServiceException { ErrorCode: var code } when IsExpired(exception) => AwsDiagnostics.CredentialsExpired(subject, code),
            AmazonServiceException { ErrorCode: var code } when IsThrottling(exception) => AwsDiagnostics.Throttled(subject, call.Action, code),
            AmazonServiceException { ErrorCode: { Length: > 0 } code } => AwsDiagnostics.CallFailed(subject, call.Action, code, exception.Message),
            AmazonServiceException { StatusCode: >= HttpStatusCode.Continue } service => AwsDiagnostics.CallFailed(
                subject, call.Action, $"HTTP {(int)service.StatusCode}", "the answer could not be understood"),
            XmlException => AwsDiagnostics.CallFailed(subject, call.Action, "no XML", "the answer could not be understood"),
            OperationCanceledException or TimeoutException => AwsDiagnostics.Unreachable(subject, call.Action, call.Access.Region, "it took too long"),
            _ when LacksCredentials(exception) => AwsDiagnostics.NoCredentials(subject, exception.Message),
            _ => AwsDiagnostics.Unreachable(subject, call.Action, call.Access.Region, Innermost(exception).Message),
        };
    }

    /// <summary>
    /// What the SDK itself throws, before it calls a service; unless it is about the network, over which SSO and roles
    /// are asked for credentials.
    /// </summary>
    private static bool LacksCredentials(Exception exception) => exception is AmazonClientException && !Causes(exception).Any(IsOfNetwork);

    private static bool IsOfNetwork(Exception exception) =>
        exception is HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException;

    private static string Account(AwsCall call) => Arn.Account(call.Principal) ?? Arn.Account(call.Access.RoleArn) ?? "(unknown)";

    private static string Resource(AwsCall call) => call.Resource == "*" || Arn.Partition(call.Resource) is not null
        ? call.Resource
        : $"arn:{RegionPartition.Of(call.Access.Region)}:rds:{call.Access.Region}:{Arn.Account(call.Principal) ?? Arn.Account(call.Access.RoleArn) ?? "*"}:{call.Resource}";

    private static Exception Innermost(Exception exception) => Causes(exception).LastOrDefault() ?? exception;

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
