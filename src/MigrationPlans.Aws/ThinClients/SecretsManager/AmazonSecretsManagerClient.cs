using Amazon.Runtime;

namespace MigrationPlans.Aws.ThinClients.SecretsManager;

/// <summary>Reads secrets; named like the client of the AWSSDK.SecretsManager package, which is to take this one's place.</summary>
public sealed class AmazonSecretsManagerClient(AWSCredentials credentials, AmazonSecretsManagerConfig config) : ThinClient(credentials, config)
{
    protected override bool SupportResponseLogging => false;

    public Task<GetSecretValueResponse> GetSecretValueAsync(GetSecretValueRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync<GetSecretValueResponse>(request, GetSecretValueMarshaller.Instance, GetSecretValueUnmarshaller.Instance, cancellationToken);
}
