using Amazon.Runtime;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Aws.Accounts;

/// <summary>
/// Where the user sends a service's calls, instead of to AWS. What the SDK throws when that is no address says nothing of where it comes from.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html</remarks>
internal static class CustomEndpoint
{
    private const string ForAll = "AWS_ENDPOINT_URL";

    /// <exception cref="DiagnosticException">It is no address.</exception>
    public static void Check(ClientConfig config)
    {
        if (!IsUsable(config))
        {
            var variable = VariableOf(config);
            throw new DiagnosticException(variable is null
                ? AwsDiagnostics.EndpointUnusable("`endpoint_url` of the AWS profile", address: null)
                : AwsDiagnostics.EndpointUnusable(variable, Quoting.Plain(Environment.GetEnvironmentVariable(variable)!)));
        }
    }

    private static bool IsUsable(ClientConfig config)
    {
        try
        {
            return config.ServiceURL is not { } url
                || (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0);
        }
        catch (AmazonClientException)
        {
            // It looks at the variables, and the profile, only when it is asked.
            return false;
        }
    }

    /// <summary>The variable that says so, in the order in which the SDK looks.</summary>
    private static string? VariableOf(IClientConfig config)
    {
        var own = $"{ForAll}_{config.ServiceId.Replace(' ', '_').ToUpperInvariant()}";
        return new[] { own, ForAll }.FirstOrDefault(variable => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)));
    }
}
