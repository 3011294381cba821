using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace MigrationPlans.Aws.Accounts;

/// <summary>Credentials of an assumed role, taken anew shortly before they expire; many callers at once make one call.</summary>
internal sealed class AssumedRoleCredentials : RefreshingAWSCredentials
{
    private readonly IAmazonSecurityTokenService sts;
    private readonly AssumeRoleRequest request;

    public AssumedRoleCredentials(IAmazonSecurityTokenService sts, AssumeRoleRequest request)
    {
        this.sts = sts;
        this.request = request;
        PreemptExpiryTime = TimeSpan.FromMinutes(5);
    }

    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        var answer = await sts.AssumeRoleAsync(request);
        return answer.Credentials is { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0, Expiration: { } expiration } credentials
            ? new CredentialsRefreshState(
                new ImmutableCredentials(credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken), expiration.ToUniversalTime())
            : throw new AmazonUnmarshallingException("the answer of STS holds no credentials", null, null, answer.HttpStatusCode);
    }

    /// <summary>The SDK's synchronous paths end here too.</summary>
    protected override CredentialsRefreshState GenerateNewCredentials() => Task.Run(GenerateNewCredentialsAsync).GetAwaiter().GetResult();
}
