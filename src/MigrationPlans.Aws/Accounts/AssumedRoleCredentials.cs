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
        var answer = (await sts.AssumeRoleAsync(request)).Credentials;
        return new CredentialsRefreshState(
            new ImmutableCredentials(answer.AccessKeyId, answer.SecretAccessKey, answer.SessionToken),
            answer.Expiration!.Value.ToUniversalTime());
    }

    /// <summary>The SDK's synchronous paths end here too.</summary>
    protected override CredentialsRefreshState GenerateNewCredentials() => Task.Run(GenerateNewCredentialsAsync).GetAwaiter().GetResult();
}
