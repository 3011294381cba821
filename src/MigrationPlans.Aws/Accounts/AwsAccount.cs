using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Aws.ThinClients.SecretsManager;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Aws.Accounts;

/// <summary>One account in one region, acted in as one principal.</summary>
public sealed class AwsAccount : IDisposable
{
    private readonly IAmazonSecurityTokenService sts;
    private readonly AwsTimeouts timeouts;
    private readonly Lazy<AmazonRDSClient> rds;

    internal AwsAccount(AwsAccess access, AWSCredentials credentials, IAmazonSecurityTokenService sts, AwsTimeouts timeouts)
    {
        Access = access;
        Credentials = credentials;
        this.sts = sts;
        this.timeouts = timeouts;
        rds = new Lazy<AmazonRDSClient>(() => new AmazonRDSClient(credentials, AwsSession.Configure(new AmazonRDSConfig(), access.Region, timeouts)));
    }

    public AwsAccess Access { get; }

    internal AWSCredentials Credentials { get; }

    internal AmazonRDSClient Rds => rds.Value;

    /// <summary>A client for the region that a secret's ARN names, which need not be the account's.</summary>
    internal AmazonSecretsManagerClient SecretsManager(string region) =>
        new(Credentials, AwsSession.Configure(new AmazonSecretsManagerConfig(), region, timeouts));

    /// <summary>Makes a call, and turns what goes wrong into a diagnostic that says who lacked what.</summary>
    /// <param name="action">As IAM names it: <c>rds:DescribeDBInstances</c>.</param>
    /// <param name="resource">The ARN, what follows the account in an RDS ARN (<c>db:NAME</c>), or <c>*</c>.</param>
    /// <exception cref="DiagnosticException">The call failed; the inner exception is the SDK's.</exception>
    internal async Task<T> CallAsync<T>(string action, string resource, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (AwsFailure.IsOurs(exception) && !cancellationToken.IsCancellationRequested)
        {
            var principal = AwsFailure.NeedsPrincipal(exception) ? await PrincipalAsync(exception, cancellationToken) : null;
            throw AwsFailure.Translate(exception, new AwsCall(Access, action, resource, principal));
        }
    }

    /// <summary>The account's number; STS tells it to everybody.</summary>
    internal async Task<string> NumberAsync(CancellationToken cancellationToken) =>
        Arn.Account(Access.RoleArn) ?? await CallAsync(
            "sts:GetCallerIdentity", "*", async () => (await IdentityAsync(Credentials, cancellationToken)).Account, cancellationToken);

    public void Dispose()
    {
        if (rds.IsValueCreated)
        {
            rds.Value.Dispose();
        }

        (Credentials as AssumedRoleCredentials)?.Dispose();
    }

    /// <summary>Who was refused: where a role can't be assumed that is the one who tried, else the one whom the call was made as.</summary>
    private async Task<string> PrincipalAsync(Exception exception, CancellationToken cancellationToken)
    {
        try
        {
            return exception is AmazonSecurityTokenServiceException
                ? (await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken)).Arn
                : (await IdentityAsync(Credentials, cancellationToken)).Arn;
        }
        catch (Exception second) when (AwsFailure.IsOurs(second) && !cancellationToken.IsCancellationRequested)
        {
            // The first failure is the one to tell about.
            return Access.RoleArn ?? "the caller";
        }
    }

    private async Task<GetCallerIdentityResponse> IdentityAsync(AWSCredentials credentials, CancellationToken cancellationToken)
    {
        using var client = new AmazonSecurityTokenServiceClient(
            credentials, AwsSession.Configure(new AmazonSecurityTokenServiceConfig(), Access.Region, timeouts));
        var answer = await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken);
        return string.IsNullOrEmpty(answer.Account)
            ? throw new AmazonUnmarshallingException("the answer of STS names no account", null, null, answer.HttpStatusCode)
            : answer;
    }
}
