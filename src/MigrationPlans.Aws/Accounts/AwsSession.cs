using System.Collections.Concurrent;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace MigrationPlans.Aws.Accounts;

/// <summary>All accounts that a command acts in: one set of credentials and clients for each role and region.</summary>
public sealed class AwsSession(AwsTimeouts timeouts) : IDisposable
{
    private readonly ConcurrentDictionary<AwsAccess, Lazy<AwsAccount>> accounts = new();
    private readonly ConcurrentDictionary<string, Lazy<AmazonSecurityTokenServiceClient>> tokenServices = new(StringComparer.Ordinal);
    private AWSCredentials? own;

    public AwsSession()
        : this(AwsTimeouts.Default)
    {
    }

    /// <param name="own">What to start from, in place of what the process was started with.</param>
    internal AwsSession(AWSCredentials own)
        : this(AwsTimeouts.Default) => this.own = own;

    /// <summary>The way into an account; equal accesses share one.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">There are no credentials to start from.</exception>
    public AwsAccount Open(AwsAccess access) => accounts.GetOrAdd(access, key => new Lazy<AwsAccount>(() => Create(key))).Value;

    public void Dispose()
    {
        foreach (var account in accounts.Values.Where(account => account.IsValueCreated))
        {
            account.Value.Dispose();
        }

        foreach (var service in tokenServices.Values.Where(service => service.IsValueCreated))
        {
            service.Value.Dispose();
        }
    }

    /// <summary>What every client's configuration gets.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It is to send its calls to what is no address.</exception>
    internal static T Configure<T>(T config, string region, AwsTimeouts timeouts)
        where T : ClientConfig
    {
        config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);

        // With a custom endpoint the SDK would sign for a region that it guesses from the URL.
        config.AuthenticationRegion = region;
        config.ConnectTimeout = timeouts.Connect;
        config.Timeout = timeouts.Answer;
        config.RetryMode = RequestRetryMode.Standard;
        CustomEndpoint.Check(config);
        return config;
    }

    private AwsAccount Create(AwsAccess access)
    {
        var sts = tokenServices.GetOrAdd(access.Region, region => new Lazy<AmazonSecurityTokenServiceClient>(() => TokenService(access, region))).Value;
        var credentials = access.RoleArn is null ? Own(access) : new AssumedRoleCredentials(sts, new AssumeRoleRequest
        {
            RoleArn = access.RoleArn,
            ExternalId = access.ExternalId,
            RoleSessionName = SessionName.For(access.Subject),
            DurationSeconds = 3600,
        });
        return new AwsAccount(access, credentials, sts, timeouts);
    }

    private AmazonSecurityTokenServiceClient TokenService(AwsAccess access, string region) =>
        new(Own(access), Configure(new AmazonSecurityTokenServiceConfig(), region, timeouts));

    private AWSCredentials Own(AwsAccess access)
    {
        try
        {
            return own ??= DefaultAWSCredentialsIdentityResolver.GetCredentials();
        }
        catch (AmazonClientException exception)
        {
            throw new Diagnostics.DiagnosticException(Diagnostics.AwsDiagnostics.NoCredentials(access.Subject, exception.Message), exception);
        }
    }
}
