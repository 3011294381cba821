using Amazon.Runtime;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Credentials by SSO: good until the session expires, and then what the SDK throws, which is no answer of a service.</summary>
internal sealed class SsoCredentials(Func<bool> isExpired) : AWSCredentials
{
    public const string Expired = "SSO Token has expired and can not be refreshed";

    public override ImmutableCredentials GetCredentials() =>
        isExpired() ? throw new AmazonClientException(Expired) : new ImmutableCredentials("AKIAOWNOWNOWNOWNOWN1", AwsEnvironment.SecretKey, null);
}
